"""How the chart's tests get at what Helm renders."""

import functools
import os
import pathlib
import subprocess

import yaml

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CHART = ROOT / "deploy/chart"
CACHE = pathlib.Path(os.environ.get("LAB_CACHE") or pathlib.Path.home() / ".cache/snapstash-lab")
HELM = CACHE / "bin/helm"
VALUES = {path.stem: path for path in (HERE / "values").glob("*.yaml")} | {"defaults": None}


def helm(*arguments, **options):
    """Runs helm; returns (exit status, standard output, standard error)."""
    run = subprocess.run([HELM, *map(str, arguments)], capture_output=True, text=True, **options)
    return run.returncode, run.stdout, run.stderr


@functools.lru_cache(maxsize=None)
def rendered(values="defaults", *settings, chart=CHART):
    """The objects of a release `snapstash` in namespace `backup` with one of VALUES and settings such as "a.b=c"."""
    arguments = ["template", "snapstash", chart, "--namespace", "backup"]
    if VALUES[values]:
        arguments += ["--values", VALUES[values]]
    for setting in settings:
        arguments += ["--set", setting]
    status, output, problem = helm(*arguments)
    assert status == 0, problem
    return [document for document in yaml.safe_load_all(output) if document]


def refusal(*settings):
    """What helm says when it refuses these settings; None if it does not."""
    arguments = [part for setting in settings for part in ("--set", setting)]
    status, _, problem = helm("template", "snapstash", CHART, *arguments)
    return problem if status else None


def find(objects, kind, name=None):
    """The objects of that kind (and name)."""
    return [each for each in objects if each["kind"] == kind and name in (None, each["metadata"]["name"])]


def only(objects, kind, name=None):
    (found,) = find(objects, kind, name)
    return found


def granted(rules):
    """Rules as a set of (group, resource, resource name or "", verb)."""
    return {
        (group, resource, name, verb)
        for rule in rules
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for name in rule.get("resourceNames", [""])
        for verb in rule["verbs"]
    }
