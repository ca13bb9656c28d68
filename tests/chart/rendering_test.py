#!/usr/bin/python3
"""What the chart renders, and what it refuses to render."""

import json
import pathlib
import shutil
import tempfile
import unittest

import yaml

from rendering import CHART, HERE, VALUES, find, granted, helm, only, refusal, rendered

STASH, SNAPSHOT, RBAC = "stash.appscode.com", "snapshot.storage.k8s.io", "rbac.authorization.k8s.io"
READ = ["get", "list", "watch"]


def grants(group, resources, verbs, name=""):
    return {(group, resource, name, verb) for resource in resources.split() for verb in verbs}


OPERATOR_IN_NAMESPACES = (
    grants(STASH, "backupconfigurations backupbatches restoresessions restorebatches", [*READ, "patch"])
    | grants(STASH, "backupconfigurations", ["create", "delete"])
    | grants(STASH, "backupsessions", [*READ, "create", "delete"])
    | grants(
        STASH,
        "backupconfigurations/status backupbatches/status backupsessions/status restoresessions/status restorebatches/status",
        ["patch"],
    )
    | grants(
        STASH,
        "backupconfigurations/finalizers backupbatches/finalizers backupsessions/finalizers restoresessions/finalizers "
        "restorebatches/finalizers",
        ["update"],
    )
    | grants("batch", "cronjobs", [*READ, "create", "patch"])
    | grants("batch", "jobs", [*READ, "create", "delete"])
    | grants("", "pods persistentvolumeclaims", READ)
    | grants(SNAPSHOT, "volumesnapshots", [*READ, "delete"])
    | grants("apps", "deployments statefulsets daemonsets", READ)
    | grants("", "serviceaccounts", [*READ, "create", "patch"])
    | grants(RBAC, "rolebindings", [*READ, "create", "patch", "delete"])
    | grants("events.k8s.io", "events", ["create", "patch"])
    | grants("", "events", ["list"])
)
OPERATOR_IN_THE_CLUSTER = (
    grants(STASH, "backupblueprints", READ)
    | grants("", "persistentvolumes", READ)
    | grants("", "nodes", ["get"])
    | grants("storage.k8s.io", "storageclasses", READ)
    | grants(SNAPSHOT, "volumesnapshotclasses", READ)
    | grants(SNAPSHOT, "volumesnapshotcontents", ["get"])
    | grants("apiextensions.k8s.io", "customresourcedefinitions", ["get"])
)


def may_bind(fullname):
    return {(RBAC, "clusterroles", f"{fullname}-{job}", "bind") for job in ("trigger", "snapshotter", "restorer", "hook-runner")}


class Rights(unittest.TestCase):
    def test_the_operator_has_these_and_no_others(self):
        rules = only(rendered(), "ClusterRole", "snapstash-operator")["rules"]
        self.assertEqual(granted(rules), OPERATOR_IN_NAMESPACES | OPERATOR_IN_THE_CLUSTER | may_bind("snapstash"))

    def test_for_one_namespace_the_rest_is_read_only(self):
        objects = rendered("one-namespace")
        self.assertEqual(granted(only(objects, "ClusterRole", "snapstash-operator")["rules"]), OPERATOR_IN_THE_CLUSTER)
        role = only(objects, "Role", "snapstash-operator")
        self.assertEqual(role["metadata"]["namespace"], "shop")
        self.assertEqual(granted(role["rules"]), OPERATOR_IN_NAMESPACES | may_bind("snapstash"))
        binding = only(objects, "RoleBinding", "snapstash-operator")
        self.assertEqual(binding["metadata"]["namespace"], "shop")
        self.assertEqual(binding["subjects"], [{"kind": "ServiceAccount", "name": "snapstash", "namespace": "backup"}])

    def test_the_jobs_roles(self):
        expected = {
            "trigger": grants(STASH, "backupsessions", ["create", "get"]),
            "snapshotter": grants(SNAPSHOT, "volumesnapshots", [*READ, "create"]),
            "restorer": grants("", "persistentvolumeclaims", [*READ, "create"]) | grants(SNAPSHOT, "volumesnapshots", ["get"]),
            "hook-runner": grants("", "pods", ["get", "list"]) | grants("", "pods/exec", ["get", "create"]),
        }
        for values, fullname in (("defaults", "snapstash"), ("everything", "backups")):
            objects = rendered(values)
            for job, rights in expected.items():
                self.assertEqual(granted(only(objects, "ClusterRole", f"{fullname}-{job}")["rules"]), rights)
            operator = granted(only(objects, "ClusterRole", f"{fullname}-operator")["rules"])
            self.assertLessEqual(may_bind(fullname), operator)
            self.assertIn(f"--role-prefix={fullname}", arguments(objects))

    def test_leases_only_in_its_own_namespace(self):
        role = only(rendered(), "Role", "snapstash-leader-election")
        self.assertEqual(role["metadata"]["namespace"], "backup")
        leases = "coordination.k8s.io", "leases"
        self.assertEqual(granted(role["rules"]), grants(*leases, ["create"]) | grants(*leases, ["get", "patch"], "snapstash"))
        self.assertIn("--lease-name=snapstash", arguments(rendered()))
        self.assertEqual(find(rendered("defaults", "leaderElection.enabled=false"), "Role"), [])

    def test_users(self):
        objects = rendered()
        view = only(objects, "ClusterRole", "snapstash-view")
        edit = only(objects, "ClusterRole", "snapstash-edit")
        kinds = "backupconfigurations backupbatches backupsessions restoresessions restorebatches"
        self.assertEqual(granted(view["rules"]), grants(STASH, kinds, READ) | grants(SNAPSHOT, "volumesnapshots", READ))
        write = grants(STASH, kinds, ["create", "delete", "deletecollection", "patch", "update"])
        self.assertEqual(granted(edit["rules"]), write | grants(SNAPSHOT, "volumesnapshots", ["patch"]))
        self.assertEqual(view["metadata"]["labels"][f"{RBAC}/aggregate-to-view"], "true")
        self.assertEqual(edit["metadata"]["labels"][f"{RBAC}/aggregate-to-edit"], "true")
        self.assertEqual(edit["metadata"]["labels"][f"{RBAC}/aggregate-to-admin"], "true")
        self.assertEqual(find(rendered("defaults", "rbac.aggregateToUsers=false"), "ClusterRole", "snapstash-edit"), [])

    def test_none_where_somebody_else_makes_them(self):
        objects = rendered("least")
        self.assertEqual({each["kind"] for each in objects}, {"Deployment"})
        self.assertEqual(pod(objects)["serviceAccountName"], "made-by-hand")


def pod(objects):
    return only(objects, "Deployment")["spec"]["template"]["spec"]


def arguments(objects):
    return pod(objects)["containers"][0]["args"]


class Operator(unittest.TestCase):
    def test_arguments(self):
        words = arguments(rendered())
        json_flags = {word.split("=", 1)[0]: json.loads(word.split("=", 1)[1]) for word in words if word.startswith("--job-")}
        self.assertEqual([word for word in words if not word.startswith("--job-")], [
            "operator",
            "--leader-elect=true", "--leader-election-namespace=backup", "--lease-name=snapstash",
            "--lease-duration=15s", "--renew-deadline=10s", "--retry-period=2s",
            "--metrics-bind-address=:8080", "--health-probe-bind-address=:8081",
            "--image=snapstash/snapstash:0.1.0", "--image-pull-policy=IfNotPresent", "--role-prefix=snapstash",
            "--log-level=info", "--log-format=text", "--max-concurrent-reconciles=4",
        ])  # fmt: skip
        self.assertEqual(json_flags, {
            "--job-resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"memory": "64Mi"}},
            "--job-annotations": {"linkerd.io/inject": "disabled"},
            "--job-labels": {"sidecar.istio.io/inject": "false", "kuma.io/sidecar-injection": "disabled"},
        })  # fmt: skip

    def test_all_options_arrive(self):
        objects = rendered("everything")
        words = arguments(objects)
        given = yaml.safe_load(VALUES["everything"].read_text())
        image = f"{given['image']['repository']}@{given['image']['digest']}"
        self.assertEqual(pod(objects)["containers"][0]["image"], image)
        for word in (
            f"--image={image}", "--image-pull-policy=Always", "--image-pull-secrets=first,second", "--log-level=debug",
            "--log-format=json", "--max-concurrent-reconciles=8", "--lease-duration=1m", "--kubeconfig=/dev/null",
        ):  # fmt: skip
            self.assertIn(word, words)
        annotations = next(word for word in words if word.startswith("--job-annotations="))
        self.assertEqual(json.loads(annotations.split("=", 1)[1])["example.com/note"], 'a "quoted" <value>, with: all of {it}')
        spread = pod(objects)["topologySpreadConstraints"][0]
        self.assertEqual(spread["labelSelector"]["matchLabels"], only(objects, "Deployment")["spec"]["selector"]["matchLabels"])
        for each in objects:
            self.assertEqual(each["metadata"]["labels"]["team"], "storage", each["metadata"]["name"])

    def test_metrics_are_pushed_where_a_gateway_is_named(self):
        self.assertEqual([word for word in arguments(rendered()) if "pushgateway" in word], [])
        objects = rendered("everything")
        self.assertEqual([word for word in arguments(objects) if "pushgateway" in word], [
            "--pushgateway-url=https://push.example/gateway", "--pushgateway-ca-file=/etc/snapstash/pushgateway/ca.crt",
        ])  # fmt: skip
        self.assertEqual(pod(objects)["volumes"], [{"name": "pushgateway-ca", "configMap": {"name": "push-ca"}}])
        (mount,) = pod(objects)["containers"][0]["volumeMounts"]
        self.assertEqual(mount, {"name": "pushgateway-ca", "mountPath": "/etc/snapstash/pushgateway", "readOnly": True})
        for url in ("pushgateway:9091", "http://user:word@gateway", "http://gateway/?a=b"):
            self.assertIn("url", refusal(f"metrics.pushgateway.url={url}"))

    def test_the_pod_passes_the_restricted_standard(self):
        for values in VALUES:
            spec = pod(rendered(values))
            self.assertEqual(spec["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"})
            self.assertTrue(spec["securityContext"]["runAsNonRoot"])
            self.assertEqual(spec["securityContext"]["runAsUser"], 65534)
            (container,) = spec["containers"]
            self.assertEqual(
                container["securityContext"],
                {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}},
            )
            self.assertEqual([volume["name"] for volume in spec.get("volumes", [])], ["pushgateway-ca"] if values == "everything" else [])

    def test_probes_and_environment(self):
        (container,) = pod(rendered())["containers"]
        self.assertEqual(container["livenessProbe"]["httpGet"], {"path": "/healthz", "port": "probes"})
        self.assertEqual(container["readinessProbe"]["httpGet"], {"path": "/readyz", "port": "probes"})
        self.assertEqual({port["name"]: port["containerPort"] for port in container["ports"]}, {"metrics": 8080, "probes": 8081})
        self.assertEqual([variable["name"] for variable in container["env"]], ["POD_NAME", "POD_NAMESPACE"])

    def test_without_a_leader_there_are_never_two(self):
        self.assertEqual(only(rendered("least"), "Deployment")["spec"]["strategy"], {"type": "Recreate"})
        self.assertNotIn("strategy", only(rendered(), "Deployment")["spec"])

    def test_monitoring(self):
        objects = rendered("everything")
        monitor = only(objects, "ServiceMonitor")["spec"]
        service = only(objects, "Service")
        self.assertLessEqual(monitor["selector"]["matchLabels"].items(), service["metadata"]["labels"].items())
        self.assertTrue(monitor["endpoints"][0]["honorLabels"])
        self.assertEqual(monitor["endpoints"][0]["port"], service["spec"]["ports"][0]["name"])
        self.assertEqual(find(rendered(), "ServiceMonitor") + find(rendered(), "PrometheusRule"), [])

    def test_nothing_stands_between_users_and_the_api_server(self):
        for values in VALUES:
            for each in rendered(values):
                self.assertNotRegex(each["kind"], "WebhookConfiguration|APIService", values)
                hooks = each["metadata"].get("annotations", {}).get("helm.sh/hook", "")
                self.assertNotIn("delete", hooks, values)

    def test_names_stay_within_bounds(self):
        for each in rendered("defaults", "fullnameOverride=" + "n" * 63):
            self.assertLessEqual(len(each["metadata"]["name"]), 63)


class Refusals(unittest.TestCase):
    def test_sentences(self):
        for settings, words in {
            ("replicaCount=2", "leaderElection.enabled=false"): "two operators would work on the same objects",
            ("leaderElection.renewDeadline=15s",): "there could be two leaders",
            ("leaderElection.renewDeadline=1500ms",): "there could be two leaders",
            ("metrics.serviceMonitor.enabled=true", "metrics.service.enabled=false"): "finds pods through a Service",
        }.items():
            self.assertIn(words, refusal(*settings) or "")

    def test_the_schema_knows_every_value(self):
        for setting in ("replicas=2", "image.name=x", "logLevel=loud", "image.digest=latest", "metrics.enabled=true", "crds.keep=true"):
            self.assertIsNotNone(refusal(setting), setting)
        self.assertIsNone(refusal("leaderElection.renewDeadline=14s"))

    def test_every_value_is_in_the_schema(self):
        def missing(values, schema, path=""):
            for name, value in values.items():
                known = schema.get("properties", {})
                if name not in known:
                    yield path + name
                elif isinstance(value, dict) and "properties" in known[name]:
                    yield from missing(value, known[name], f"{path}{name}.")

        values = yaml.safe_load((CHART / "values.yaml").read_text())
        schema = json.loads((CHART / "values.schema.json").read_text())
        self.assertEqual(list(missing(values, schema)), [])


class Crds(unittest.TestCase):
    def test_files_are_rendered_whole_and_kept(self):
        with tempfile.TemporaryDirectory() as folder:
            chart = pathlib.Path(folder) / "chart"
            shutil.copytree(CHART, chart)
            (chart / "crd-files").mkdir(exist_ok=True)
            shutil.copy(HERE / "fixture/crd.yaml", chart / "crd-files")
            objects = rendered("defaults", chart=chart)
            self.assertEqual(find(rendered("one-namespace", chart=chart), "CustomResourceDefinition"), [])
            files = list((chart / "crd-files").glob("*.yaml"))
            self.assertEqual(len(find(objects, "CustomResourceDefinition")), len(files))
            for file in files:
                written = yaml.safe_load(file.read_text())
                crd = only(objects, "CustomResourceDefinition", written["metadata"]["name"])
                self.assertEqual(crd["spec"], written["spec"])
                self.assertEqual(crd["metadata"]["annotations"]["helm.sh/resource-policy"], "keep")
                self.assertEqual(crd["metadata"]["labels"]["app.kubernetes.io/managed-by"], "Helm")
                for name, value in written["metadata"].get("labels", {}).items():
                    self.assertEqual(crd["metadata"]["labels"][name], value)

    def test_admission_policy_files_are_rendered(self):
        files = list((CHART / "admission-files").glob("*.yaml"))
        kinds = ("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding")
        found = [each for kind in kinds for each in find(rendered(), kind)]
        self.assertEqual(len(found), len(files))
        for file in files:
            written = yaml.safe_load(file.read_text())
            self.assertEqual(only(found, written["kind"], written["metadata"]["name"])["spec"], written["spec"])
        self.assertEqual([each for kind in kinds for each in find(rendered("one-namespace"), kind)], [])


class Lint(unittest.TestCase):
    def test_helm_lint(self):
        for values, path in VALUES.items():
            status, output, problem = helm("lint", "--strict", CHART, *(["--values", path] if path else []))
            self.assertEqual(status, 0, f"{values}: {output}{problem}")


if __name__ == "__main__":
    unittest.main()
