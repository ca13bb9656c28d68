#!/usr/bin/python3
"""The alerts, their runbooks and the dashboard: that they fit together, and speak of metrics that there are."""

import json
import re
import unittest

import yaml

from rendering import CHART, HERE, ROOT, find, only, refusal, rendered

BACKUP = {"namespace", "name"}
STASH = {"invoker_kind", "invoker_name", "namespace", "driver", "kind", "group"}
# What the operator serves, with the labels of each.
METRICS = {
    "snapstash_backupconfiguration_created_timestamp_seconds": BACKUP,
    "snapstash_backup_last_success_timestamp_seconds": BACKUP,
    "snapstash_backup_expected_interval_seconds": BACKUP,
    "snapstash_backup_next_slot_timestamp_seconds": BACKUP,
    "snapstash_backup_sessions": BACKUP | {"phase"},
    "snapstash_backup_volume_last_success_timestamp_seconds": BACKUP | {"pvc"},
    "snapstash_backup_stale": BACKUP,
    "snapstash_backup_ready_snapshots": BACKUP | {"pvc"},
    "snapstash_backup_retention_blocked": BACKUP,
    "snapstash_backup_missed_slots": BACKUP,
    "snapstash_backup_stalled_sessions": BACKUP,
    "snapstash_retention_deletions_total": set(),
    "snapstash_restore_sessions": {"namespace", "kind", "phase"},
    "leader_election_master_status": {"name"},
    "workqueue_depth": {"name", "controller"},
    "controller_runtime_reconcile_errors_total": {"controller"},
    "process_resident_memory_bytes": set(),
    "stash_appscode_com_backupsession_success": STASH,
    "up": set(),  # Prometheus's own
}
# Prometheus adds these to every series.
TARGET = {"job", "namespace", "pod"}
GROUPING = r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)"
WORDS = {"and", "or", "unless", "bool", "offset"}


def plain(expression):
    """The expression without texts, ranges and Grafana's variables."""
    return re.sub(r"\[[^]]*\]|\$\w+", "", re.sub(r'"[^"]*"', '""', expression))


def metrics_in(expression):
    """The names of the metrics in a PromQL expression."""
    rest = re.sub(GROUPING + r"|\{[^}]*\}", "", plain(expression))
    return set(re.findall(r"(?<![\w:.])[a-zA-Z_:][\w:]*\b(?!\s*\()", rest)) - WORDS


def labels_in(expression):
    """The labels in its matchers and groupings."""
    matchers = re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", " ".join(re.findall(r"\{([^}]*)\}", plain(expression))))
    groups = ",".join(re.findall(GROUPING, plain(expression)))
    return set(matchers) | {name.strip() for name in groups.split(",") if name.strip()}


def alerts(*settings, values="defaults"):
    rule = only(rendered(values, "metrics.prometheusRule.enabled=true", *settings), "PrometheusRule")
    return {each["alert"]: each for group in rule["spec"]["groups"] for each in group["rules"]}


def dashboard():
    return json.loads((CHART / "dashboards/snapstash.json").read_text())


def variables():
    return [each["definition"] for each in dashboard()["templating"]["list"] if each["type"] == "query"]


def expressions():
    """All PromQL of the chart: (where, expression)."""
    yield from ((name, each["expr"]) for name, each in alerts().items())
    for panel in dashboard()["panels"]:
        yield from ((panel["title"], each["expr"]) for each in panel.get("targets", []))
    for query in variables():
        metric, label = re.fullmatch(r"label_values\((.*), (\w+)\)", query).groups()
        yield query, f"count by ({label}) ({metric})"


class Metrics(unittest.TestCase):
    def test_the_reader_of_expressions(self):
        text = 'sum by (phase) (rate(a_total{x=~"b|$c", y="d{e}"}[$__rate_interval])) > 0 or time() - f and on (g) h == 1.5e3'
        self.assertEqual(metrics_in(text), {"a_total", "f", "h"})
        self.assertEqual(labels_in(text), {"phase", "x", "y", "g"})

    def test_all_that_are_named_are_served(self):
        for where, expression in expressions():
            unknown = metrics_in(expression) - METRICS.keys()
            self.assertEqual(unknown, set(), where)

    def test_their_labels_are_there(self):
        for where, expression in expressions():
            known = TARGET.union(*(METRICS[name] for name in metrics_in(expression)), {"__name__"})
            if "label_replace" in expression:
                known |= {"name"}
            self.assertLessEqual(labels_in(expression), known, where)

    def test_the_operator_has_the_names_of_its_own(self):
        files = [path for place in ("features", "kernel") for path in (ROOT / place).rglob("*.cpp") if "_test" not in path.name]
        sources = "".join(path.read_text() for path in files)
        own = [name for name in METRICS if name != "up" and not name.startswith("stash_")]
        self.assertEqual([name for name in own if f'"{name}"' not in sources], [])


class Alerts(unittest.TestCase):
    def test_each_says_how_bad_what_and_where_to_read_on(self):
        for name, alert in alerts().items():
            self.assertIn(alert["labels"]["severity"], ("critical", "warning"), name)
            self.assertRegex(alert["for"], r"^\d+m$", name)
            texts = alert["annotations"]
            self.assertEqual(texts.keys(), {"summary", "description", "runbook_url"}, name)
            if "by (namespace, name)" in alert["expr"]:
                for label in ("{{ $labels.namespace }}", "{{ $labels.name }}"):
                    self.assertIn(label, texts["summary"], name)
                    self.assertIn(label, texts["description"], name)
            else:
                self.assertIn("Deployment snapstash in namespace backup", texts["description"], name)

    def test_each_has_a_runbook_and_each_runbook_an_alert(self):
        folder = ROOT / "docs/runbooks"
        self.assertEqual({path.stem for path in folder.glob("Snapstash*.md")}, alerts().keys())
        overview = (folder / "README.md").read_text()
        for name, alert in alerts().items():
            self.assertEqual(ROOT / alert["annotations"]["runbook_url"], folder / f"{name}.md")
            self.assertIn(f"[{name}]({name}.md)", overview)
            self.assertIn(alert["labels"]["severity"], re.search(rf"\[{name}\].*", overview)[0], name)
            self.assertTrue((folder / f"{name}.md").read_text().startswith(f"# {name}\n"))

    def test_each_has_cases_in_which_it_fires_and_in_which_it_does_not(self):
        self.assertEqual({path.stem for path in (HERE / "alert/cases").glob("*.yaml")}, alerts().keys())
        for name in alerts():
            cases = yaml.safe_load((HERE / f"alert/cases/{name}.yaml").read_text())
            self.assertEqual({bool(each.get("fires")) for each in cases}, {True, False}, name)

    def test_where_the_runbooks_are(self):
        for url in ("https://docs.example.com/snapstash", "https://docs.example.com/snapstash/"):
            for name, alert in alerts(f"metrics.prometheusRule.runbookUrl={url}").items():
                self.assertEqual(alert["annotations"]["runbook_url"], f"https://docs.example.com/snapstash/{name}.md")

    def test_labels_of_the_values_come_first(self):
        own = {name: alert["labels"] for name, alert in alerts().items()}
        for name, alert in alerts("metrics.prometheusRule.alertLabels.team=storage").items():
            self.assertEqual(alert["labels"], own[name] | {"team": "storage"})
        for alert in alerts("metrics.prometheusRule.alertLabels.severity=info").values():
            self.assertEqual(alert["labels"], {"severity": "info"})
        for alert in alerts(values="everything").values():
            self.assertEqual(alert["labels"], {"severity": "critical"})

    def test_how_late_is_stale(self):
        self.assertIn("> 3 * max", alerts("metrics.prometheusRule.overdueIntervals=3")["SnapstashBackupStale"]["expr"])
        self.assertIsNotNone(refusal("metrics.prometheusRule.overdueIntervals=1"))

    def test_without_an_election_nobody_leads(self):
        without = alerts("leaderElection.enabled=false")
        self.assertEqual(alerts().keys() - without.keys(), {"SnapstashNoLeader"})

    def test_each_names_its_own_release(self):
        found = alerts(values="everything")
        self.assertIn('name="backups", namespace="backup"', found["SnapstashNoLeader"]["expr"])
        self.assertIn('job="backups", namespace="backup"', found["SnapstashOperatorDown"]["expr"])


class Dashboard(unittest.TestCase):
    def test_it_is_installed_when_wanted(self):
        self.assertEqual(find(rendered(), "ConfigMap"), [])
        made = only(rendered("defaults", "metrics.dashboard.enabled=true"), "ConfigMap")
        self.assertEqual(made["metadata"]["name"], "snapstash-dashboard")
        self.assertEqual(made["metadata"]["labels"]["grafana_dashboard"], "1")
        self.assertNotIn("annotations", made["metadata"])
        self.assertEqual(json.loads(made["data"]["snapstash.json"]), dashboard())

    def test_labels_and_annotations(self):
        made = only(rendered("everything"), "ConfigMap")["metadata"]
        self.assertEqual(made["labels"]["dashboards"], "storage")
        self.assertEqual(made["annotations"], {"grafana_folder": "Backups"})

    def test_every_panel_asks_the_chosen_source(self):
        chosen = {"type": "prometheus", "uid": "${datasource}"}
        shown = dashboard()
        panels = [each for each in shown["panels"] if each["type"] != "row"]
        for panel in panels:
            for asked in (panel, *panel["targets"]):
                self.assertEqual(asked["datasource"], chosen, panel["title"])
        self.assertEqual(len({each["id"] for each in shown["panels"]}), len(shown["panels"]))

    def test_every_query_is_about_the_chosen_namespaces_or_operator(self):
        for panel in dashboard()["panels"]:
            for target in panel.get("targets", []):
                matchers = re.findall(r"\{([^}]*)\}", target["expr"])
                named = re.findall(rf"\b(?:{'|'.join(METRICS)})\b", target["expr"])
                self.assertEqual(len(matchers), len(named), panel["title"])
                for each in matchers:
                    self.assertRegex(each, r'namespace=~"\$namespace"|job=~"\$job"', panel["title"])

    def test_no_two_panels_are_in_one_place(self):
        taken = set()
        for panel in dashboard()["panels"]:
            at = panel["gridPos"]
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
            self.assertFalse(taken & cells, panel["title"])
            self.assertLessEqual(at["x"] + at["w"], 24)
            taken |= cells


if __name__ == "__main__":
    unittest.main()
