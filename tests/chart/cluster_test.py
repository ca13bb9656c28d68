#!/usr/bin/python3
"""The chart against the lab's API server: schemas of everything rendered, and who owns CRDs.

The CRDs here are a fixture's, in a group of their own: users of the same cluster are not disturbed.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from rendering import CACHE, CHART, HELM, HERE, ROOT, VALUES, helm

# Kinds of the Prometheus operator, which the lab's API server does not serve.
FOREIGN = "ServiceMonitor,PrometheusRule"
CRD = "witnesses.chart-test.snapstash.dev"
NAMESPACES = ["chart-test-one", "chart-test-two"]
TAKE_OVER = ["--set", "crds.takeOver=true", "--take-ownership", "--force-conflicts"]
OBJECT = """
apiVersion: chart-test.snapstash.dev/v1
kind: Witness
metadata: {name: data, namespace: chart-test-one}
spec: {text: precious}
"""


def kubectl(*arguments, text=None):
    run = subprocess.run([CACHE / "bin/kubectl", *arguments], input=text, capture_output=True, text=True)
    return run.returncode, run.stdout.strip(), run.stderr


def must(result):
    status, output, problem = result
    assert status == 0, output + problem
    return output


class Conformance(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        subprocess.run([ROOT / "lab/schemas", cls.folder.name], check=True)

    def conforms(self, manifest):
        location = self.folder.name + "/{{.ResourceKind}}{{.KindSuffix}}.json"
        return subprocess.run(
            [CACHE / "bin/kubeconform", "-strict", "-summary", "-skip", FOREIGN, "-schema-location", location],
            input=manifest, capture_output=True, text=True,
        )  # fmt: skip

    def test_every_set_of_values(self):
        for values, path in VALUES.items():
            manifest = must(helm("template", "snapstash", CHART, "-n", "backup", *(["-f", path] if path else [])))
            result = self.conforms(manifest)
            self.assertEqual(result.returncode, 0, f"{values}: {result.stdout}{result.stderr}")

    def test_the_api_server_accepts_the_crds_and_the_policy(self):
        for folder in ("crd-files", "admission-files"):
            must(kubectl("apply", "--dry-run=server", "-f", str(CHART / folder)))

    def test_what_a_schema_refuses_is_seen(self):
        manifest = must(helm("template", "snapstash", CHART, "--show-only", "templates/deployment.yaml"))
        self.assertEqual(self.conforms(manifest.replace("serviceAccountName:", "serviceAcountName:")).returncode, 1)


class Ownership(unittest.TestCase):
    """Installs the chart, without pods, with the fixture's CRD in place of its own."""

    def setUp(self):
        self.clean_up()
        self.addCleanup(self.clean_up)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.chart = pathlib.Path(folder.name) / "chart"
        shutil.copytree(CHART, self.chart, ignore=shutil.ignore_patterns("crd-files", "admission-files"))
        (self.chart / "crd-files").mkdir()
        shutil.copy(HERE / "fixture/crd.yaml", self.chart / "crd-files")
        for namespace in NAMESPACES:
            must(kubectl("create", "namespace", namespace))

    def clean_up(self):
        for namespace in NAMESPACES:
            helm("uninstall", "chart-test", "-n", namespace, "--ignore-not-found")
        kubectl("delete", "namespace", *NAMESPACES, "--ignore-not-found")
        kubectl("delete", "crd", CRD, "--ignore-not-found")

    def install(self, namespace, *more):
        return helm("upgrade", "--install", "chart-test", self.chart, "-n", namespace, "--set", "replicaCount=0", *more)

    def owner(self):
        path = "jsonpath={.metadata.annotations.meta\\.helm\\.sh/release-namespace}"
        return must(kubectl("get", "crd", CRD, "-o", path))

    def data(self):
        return must(kubectl("get", "witness", "data", "-n", "chart-test-one", "-o", "jsonpath={.spec.text}"))

    def test_crds_and_objects_outlive_the_release_and_belong_to_it_again(self):
        must(self.install("chart-test-one"))
        must(kubectl("wait", "--for=condition=Established", "crd/" + CRD, "--timeout=30s"))
        must(kubectl("apply", "-f", "-", text=OBJECT))
        must(self.install("chart-test-one", "--set", "logLevel=debug"))  # an upgrade
        must(helm("uninstall", "chart-test", "-n", "chart-test-one"))
        self.assertEqual(self.data(), "precious")
        must(self.install("chart-test-one"))
        self.assertEqual(self.data(), "precious")

    def test_crds_of_another_release_are_not_taken_unasked(self):
        must(self.install("chart-test-one"))
        must(kubectl("wait", "--for=condition=Established", "crd/" + CRD, "--timeout=30s"))
        must(kubectl("apply", "-f", "-", text=OBJECT))
        another = ["--set", "fullnameOverride=another"]
        status, _, problem = self.install("chart-test-two", *another)
        self.assertNotEqual(status, 0)
        self.assertIn("belongs to the release chart-test in namespace chart-test-one", problem)
        self.assertIn("--set crds.install=false", problem)
        self.assertIn(" ".join(TAKE_OVER), problem)
        must(self.install("chart-test-two", *another, "--set", "crds.install=false"))
        self.assertEqual(self.owner(), "chart-test-one")
        must(self.install("chart-test-two", *another, *TAKE_OVER))
        self.assertEqual(self.owner(), "chart-test-two")
        self.assertEqual(self.data(), "precious")

    def test_crds_that_no_release_made_are_not_taken_unasked(self):
        older = (HERE / "fixture/crd.yaml").read_text().replace("text or a number", "word or a number")
        must(kubectl("create", "-f", "-", text=older))
        status, _, problem = self.install("chart-test-one")
        self.assertNotEqual(status, 0)
        self.assertIn("belongs to no Helm release", problem)
        must(self.install("chart-test-one", *TAKE_OVER))
        self.assertEqual(self.owner(), "chart-test-one")
        rule = must(kubectl("get", "crd", CRD, "-o", "jsonpath={.spec.versions[0].schema}"))
        self.assertIn("text or a number", rule)


if __name__ == "__main__":
    for program in (HELM, CACHE / "bin/kubeconform"):
        assert program.exists(), f"{program} is missing: lab/build tools"
    assert "KUBECONFIG" in os.environ, 'eval "$(lab/env)"'
    unittest.main()
