#!/usr/bin/env python3
"""Each rule of tools/architecture, broken once."""

import pathlib
import subprocess
import tempfile
import unittest

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "tools/architecture"
MODULES = {"kernel/base/CMakeLists.txt": "a.cpp a_test.cpp", "features/backup/CMakeLists.txt": "act.cpp"}
HEADERS = [
    "kernel/base/result.hpp",
    "kernel/kube/client.hpp",
    "kernel/wire/transport.hpp",
    "features/backup/act.hpp",
    "features/hooks/hooks.hpp",
    "features/hooks/decide.hpp",
    "features/hooks/controller.hpp",
    "features/jobs/observe.hpp",
    "api/backup_session.hpp",
    "sim/cluster.hpp",
]


def offences(files):
    """What the program says about a small project with these files."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        everything = {"LICENSE": "Apache License", **MODULES, **dict.fromkeys(HEADERS, "#pragma once\n"), **files}
        for path, text in everything.items():
            if text is None:
                continue
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        subprocess.run(["git", "init", "-q", root], check=True)
        result = subprocess.run([PROGRAM, root], stdout=subprocess.PIPE, text=True)
        *lines, summary = result.stdout.splitlines()
        assert (result.returncode == 0) == (not lines), result
        assert summary.endswith(f"{len(lines)} offences"), summary
        return lines


class Architecture(unittest.TestCase):
    def refused(self, files, *words):
        found = offences(files)
        self.assertEqual(len(found), 1, found)
        for word in words:
            self.assertIn(word, found[0])

    def accepted(self, files):
        self.assertEqual(offences(files), [])

    def test_a_clean_project_passes(self):
        self.accepted({"kernel/base/a.cpp": '#include <vector>\n#include "kernel/base/result.hpp"\n'})

    def test_kernel_knows_no_feature_and_no_api(self):
        for header in ("features/hooks/hooks.hpp", "api/backup_session.hpp", "sim/cluster.hpp"):
            self.refused({"kernel/base/a.cpp": f'#include "{header}"\n'}, "kernel/base/a.cpp:1:", "must not know")

    def test_kernel_is_a_chain(self):
        self.refused({"kernel/base/a.cpp": '\n#include "kernel/kube/client.hpp"\n'}, "a.cpp:2:", "must not know kernel/kube")
        self.accepted({"kernel/kube/request.hpp": '#pragma once\n#include "kernel/wire/transport.hpp"\n'})

    def test_features_see_only_each_others_public_header(self):
        self.accepted({"features/backup/act.cpp": '#include "features/hooks/hooks.hpp"\n#include "features/backup/act.hpp"\n'})
        self.refused({"features/backup/act.cpp": '#include "features/hooks/decide.hpp"\n'}, "must not know features/hooks")
        self.accepted({"features/backup/act.cpp": '#include "features/jobs/observe.hpp"\n'})
        self.refused({"features/backup/act.cpp": '#include "sim/cluster.hpp"\n'}, "must not know sim")

    def test_the_api_knows_no_feature(self):
        self.refused({"api/target.hpp": '#pragma once\n#include "features/hooks/hooks.hpp"\n'}, "must not know")

    def test_only_wire_knows_the_network(self):
        for header in ("boost/asio.hpp", "boost/beast/http.hpp", "openssl/ssl.h", "sys/socket.h"):
            self.refused({"features/backup/act.cpp": f"#include <{header}>\n"}, "only kernel/wire")
        self.accepted({"kernel/wire/tls.hpp": "#pragma once\n#include <openssl/ssl.h>\n"})

    def test_threads_are_declared(self):
        source = {"kernel/base/a_test.cpp": "#include <thread>\n"}
        self.refused(source, "THREADS")
        self.accepted({**source, "kernel/base/CMakeLists.txt": "TESTS a_test.cpp THREADS"})

    def test_includes_go_by_the_path_from_the_root(self):
        self.refused({"kernel/base/a.cpp": '#include "result.hpp"\n'}, "path from the root")
        self.refused({"kernel/base/a.cpp": '#include "kernel/base/gone.hpp"\n'}, "no such file")
        self.accepted({"kernel/base/a.cpp": '#include "kernel/base/made.hpp"\n', "kernel/base/made.hpp.in": ""})

    def test_every_source_is_built(self):
        self.refused({"kernel/base/b.cpp": ""}, "nobody builds it")
        self.refused({"kernel/base/test.cpp": ""}, "nobody builds it")

    def test_headers_are_included_once(self):
        self.refused({"kernel/base/b.hpp": ""}, "#pragma once")

    def test_names_say_something(self):
        for path in ("api/utils/a.hpp", "api/string_util.hpp", "api/Helpers.hpp", "docs/misc.md", "lab/common.sh", "api/job_manager.hpp"):
            self.refused({path: "#pragma once\n"}, "says nothing")
        self.accepted({"api/utility_bill.hpp": "#pragma once\n"})

    def test_files_stay_small(self):
        self.refused({"tools/big": "#!/bin/bash\n" + ":\n" * 400}, "401 lines")
        self.refused({"tests/big.sh": ":\n" * 601}, "601 lines")
        self.accepted({"tests/big.sh": ":\n" * 600, "lab/go.sum": "x\n" * 1000})

    def test_left_overs(self):
        for word in ("TODO", "NOLINT(x)", "DISABLED_Restore", "GTEST_SKIP"):
            self.refused({"kernel/base/a.cpp": f"// {word}\n"}, "not for the tree")

    def test_places_outside(self):
        self.refused({"docs/a.md": "see ../sha" + "red/design.md\n"}, "outside of the repository")

    def test_licence(self):
        self.refused({"LICENSE": "MIT"}, "Apache License")
        self.refused({"LICENSE": None}, "Apache License")
        self.refused({"kernel/base/a.cpp": "// SPDX-License-" + "Identifier: MIT\n"}, "licence MIT")


if __name__ == "__main__":
    unittest.main()
