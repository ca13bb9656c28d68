#include "kernel/kube/tls_files.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/manual_executor.hpp"
#include "kernel/kube/memory_files.hpp"

namespace snapstash::kube {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string pem(const std::string& content) { return "-----BEGIN X-----\n" + content + "\n-----END X-----\n"; }

struct TlsFilesTest : testing::Test {
  void start() {
    ASSERT_TRUE(tls.load({.server_name = "n"}));
    tls.watch([this](const wire::Tls& next) -> Result<void> {
      if (next.certificate_pem.contains("new") != next.key_pem.contains("new")) return fail(Code::kInvalid, "no pair");
      replaced.push_back(next);
      return {};
    });
  }

  ManualExecutor executor;
  MemoryFiles files{{"/ca", pem("ca")}, {"/cert", pem("cert")}, {"/key", pem("key")}};
  NullLog log;
  TlsFiles tls{files, executor, log, {{.file = "/ca"}, {.file = "/cert"}, {.file = "/key"}}};
  std::vector<wire::Tls> replaced;
};

TEST_F(TlsFilesTest, LoadsAllIntoTheSettings) {
  const auto loaded = tls.load({.server_name = "n"});
  EXPECT_EQ(
      loaded,
      (wire::Tls{.ca_pem = pem("ca"), .certificate_pem = pem("cert"), .key_pem = pem("key"), .server_name = "n"})
  );
}

TEST_F(TlsFilesTest, AMissingFileAtTheStartIsNamed) {
  files.contents.erase("/key");
  const auto loaded = tls.load({});
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, Code::kInvalid);
  EXPECT_EQ(loaded.error().message, "client key: cannot read /key: No such file or directory");
  files.contents["/ca"] = "";
  EXPECT_EQ(tls.load({}).error().message, "certificate authority: /ca is not PEM");
}

TEST_F(TlsFilesTest, AChangeIsSeenWithinFiveMinutes) {
  start();
  files.contents["/ca"] = pem("other");
  executor.advance(5min - 1s);
  EXPECT_THAT(replaced, IsEmpty());
  executor.advance(1s);
  ASSERT_THAT(replaced, SizeIs(1));
  EXPECT_EQ(replaced[0].ca_pem, pem("other"));
  EXPECT_EQ(replaced[0].certificate_pem, pem("cert"));
  EXPECT_EQ(replaced[0].server_name, "n");
  executor.advance(1h);
  EXPECT_THAT(replaced, SizeIs(1));
}

TEST_F(TlsFilesTest, BadContentKeepsTheOld) {
  start();
  for (const char* bad : {"", "\n", "garbage"}) {
    files.contents["/ca"] = bad;
    files.contents["/cert"] = bad;
    executor.advance(5min);
  }
  files.contents.erase("/ca");
  files.contents.erase("/key");
  executor.advance(5min);
  EXPECT_THAT(replaced, IsEmpty());
  EXPECT_EQ(tls.current().ca_pem, pem("ca"));
}

TEST_F(TlsFilesTest, ACertificateWaitsForItsKeyWhileTheCaIsTaken) {
  start();
  files.contents["/ca"] = pem("other");
  files.contents["/cert"] = pem("new");
  executor.advance(5min);
  ASSERT_THAT(replaced, SizeIs(1));
  EXPECT_EQ(replaced[0].certificate_pem, pem("cert"));
  files.contents["/key"] = pem("new");
  executor.advance(5min);
  ASSERT_THAT(replaced, SizeIs(2));
  EXPECT_EQ(replaced[1].certificate_pem, pem("new"));
  EXPECT_EQ(replaced[1].key_pem, pem("new"));
}

TEST_F(TlsFilesTest, InlineDataIsNeverReadAgain) {
  TlsFiles inline_data(files, executor, log, {.certificate_authority = {.data = pem("inline")}});
  EXPECT_EQ(inline_data.load({})->ca_pem, pem("inline"));
  inline_data.watch([](const wire::Tls&) -> Result<void> { return {}; });
  executor.advance(1h);
  EXPECT_EQ(files.reads, 0);
}

TEST_F(TlsFilesTest, APluginsCertificateIsUsedAtOnceAndStays) {
  TlsFiles with_plugin(files, executor, log, {.certificate_authority = {.file = "/ca"}});
  ASSERT_TRUE(with_plugin.load({}));
  with_plugin.watch([this](const wire::Tls& next) -> Result<void> {
    if (next.key_pem == "bad") return fail(Code::kInvalid, "bad key");
    replaced.push_back(next);
    return {};
  });
  EXPECT_TRUE(with_plugin.use_client_certificate("c", "k"));
  ASSERT_THAT(replaced, SizeIs(1));
  EXPECT_EQ(replaced[0].certificate_pem, "c");
  EXPECT_FALSE(with_plugin.use_client_certificate("d", "bad"));
  files.contents["/ca"] = pem("other");
  executor.advance(5min);
  EXPECT_EQ(with_plugin.current().certificate_pem, "c");
  EXPECT_EQ(with_plugin.current().ca_pem, pem("other"));
}

}  // namespace
}  // namespace snapstash::kube
