#!/usr/bin/python3
"""What people install: the .deb, the krew manifest, the SBOM. Of any program, since only the wrapping is looked at."""

import hashlib
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = "/usr/bin/true"
EPOCH = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}


def run(tool, *arguments, **options):
    return subprocess.run(
        [ROOT / "tools" / tool, *map(str, arguments)], capture_output=True, text=True, env=EPOCH, check=False, **options
    )


class InAFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def must(self, tool, *arguments, **options):
        done = run(tool, *arguments, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def refused(self, tool, *arguments):
        done = run(tool, *arguments)
        self.assertNotEqual(done.returncode, 0)
        return done.stderr


class Deb(InAFolder):
    def build(self, name, **options):
        return pathlib.Path(self.must("package_deb", "1.2.3", PROGRAM, self.folder / name, **options).strip())

    def test_the_same_input_gives_the_same_bytes(self):
        self.assertEqual(self.build("a").read_bytes(), self.build("b", umask=0o077).read_bytes())

    def test_it_holds_the_program_under_both_its_names(self):
        listed = subprocess.check_output(["dpkg-deb", "-c", self.build("a")], text=True)
        self.assertIn("root/root", listed)
        self.assertIn("./usr/bin/snapstash\n", listed)
        self.assertIn("./usr/bin/kubectl-stash -> snapstash\n", listed)
        self.assertIn("./usr/bin/kubectl_complete-stash\n", listed)
        fields = subprocess.check_output(["dpkg-deb", "-f", self.build("a"), "Package", "Version"], text=True)
        self.assertEqual(fields, "Package: snapstash\nVersion: 1.2.3\n")

    def test_what_is_wrong_is_refused(self):
        self.assertIn("is no version", self.refused("package_deb", "new", PROGRAM, self.folder))
        text = self.folder / "text"
        text.write_text("no program")
        self.assertNotEqual(self.refused("package_deb", "1.2.3", text, self.folder), "")


class Krew(InAFolder):
    def archive(self):
        (self.folder / "kubectl-stash").write_bytes(pathlib.Path(PROGRAM).read_bytes())
        (self.folder / "kubectl-stash").chmod(0o755)
        (self.folder / "LICENSE").write_text("licence")
        archive = self.folder / "stash.tar.gz"
        subprocess.check_call(["tar", "-czf", archive, "-C", self.folder, "kubectl-stash", "LICENSE"])
        return archive

    def test_the_manifest_names_the_archive_and_its_hash(self):
        archive = self.archive()
        url = "https://example.org/stash.tar.gz"
        manifest = yaml.safe_load(self.must("package_krew", "v1.2.3", archive, url))
        self.assertEqual(manifest["metadata"]["name"], "stash")
        self.assertEqual(manifest["spec"]["version"], "v1.2.3")
        platform = manifest["spec"]["platforms"][0]
        self.assertEqual(platform["uri"], url)
        self.assertEqual(platform["sha256"], hashlib.sha256(archive.read_bytes()).hexdigest())
        self.assertEqual(platform["bin"], "kubectl-stash")

    def test_an_archive_without_the_plugin_is_refused(self):
        empty = self.folder / "empty.tar.gz"
        subprocess.check_call(["tar", "-czf", empty, "-T", "/dev/null"])
        self.assertIn("must hold kubectl-stash and LICENSE", self.refused("package_krew", "1.2.3", empty))


class Sbom(InAFolder):
    def test_names_the_program_and_every_library(self):
        file = self.folder / "sbom.json"
        self.must("package_sbom", "1.2.3", PROGRAM, file)
        document = json.loads(file.read_text())
        self.assertEqual(document["spdxVersion"], "SPDX-2.3")
        versions = {package["name"]: package["versionInfo"] for package in document["packages"]}
        self.assertEqual(versions["snapstash"], "1.2.3")
        for library in ("libssl-dev", "libboost1.81-dev", "libyaml-cpp-dev", "libc6-dev"):
            installed = subprocess.check_output(["dpkg-query", "-W", "-f", "${Version}", library], text=True)
            self.assertEqual(versions[library], installed)


if __name__ == "__main__":
    unittest.main()
