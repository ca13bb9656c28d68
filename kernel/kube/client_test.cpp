#include "kernel/kube/client.hpp"

#include <deque>

#include <gtest/gtest.h>

#include "kernel/base/manual_executor.hpp"
#include "kernel/kube/object_meta.hpp"

namespace snapstash::kube {
namespace {

using namespace std::chrono_literals;

constexpr Resource kJobs{"batch", "v1", "Job", "jobs", true};
constexpr std::string_view kConflict = R"({"kind":"Status","reason":"Conflict","message":"changed","code":409})";
constexpr std::string_view kExists = R"({"kind":"Status","reason":"AlreadyExists","message":"exists","code":409})";
constexpr std::string_view kMissing = R"({"kind":"Status","reason":"NotFound","message":"not found","code":404})";

/// Answers from a script and keeps what was asked.
class ScriptedTransport final : public wire::Transport {
 public:
  std::deque<Result<wire::Response>> answers;
  std::vector<wire::Request> requests;

  void answer(int status, std::string_view body = "{}", wire::Headers headers = {}) {
    answers.emplace_back(wire::Response{.status = status, .headers = std::move(headers), .body = std::string(body)});
  }
  void answer(Code code) { answers.emplace_back(fail(code, "scripted")); }

  Task<Result<wire::Response>> call(wire::Request request) override {
    requests.push_back(std::move(request));
    if (answers.empty()) co_return fail(Code::kInternal, "the script is at its end");
    auto next = std::move(answers.front());
    answers.pop_front();
    co_return next;
  }
  Task<Result<wire::StreamResponse>> open(wire::Request) override {
    co_return fail(Code::kInternal, "no streams here");
  }
  Task<Result<std::unique_ptr<wire::WebSocket>>> upgrade(wire::Request, std::vector<std::string>) override {
    co_return fail(Code::kInternal, "no sockets here");
  }
};

class CountingCredentials final : public Credentials {
 public:
  int generation = 1;
  std::vector<MonoTime> rejections;
  Task<Result<wire::Headers>> headers() override {
    co_return wire::Headers{{"Authorization", "Bearer " + std::to_string(generation)}};
  }
  void rejected(MonoTime sent) override {
    rejections.push_back(sent);
    ++generation;
  }
};

struct ClientTest : testing::Test {
  ManualExecutor executor;
  ScriptedTransport transport;
  CountingCredentials credentials;
  SeededRandom random{1};
  std::vector<std::string> observed;
  Client client{
      transport,
      credentials,
      executor,
      random,
      {.user_agent = "test/1",
       .field_manager = "snapstash",
       .retry = {},
       .observe = [this](
                      std::string_view method, std::string_view code
                  ) { observed.push_back(std::string(method) + " " + std::string(code)); }}
  };

  json::Value job(std::string_view owner_uid = "u1") const {
    return json::Object{
        {"metadata",
         {{"namespace", "demo"},
          {"name", "x"},
          {"ownerReferences", json::Array{json::Object{{"uid", owner_uid}, {"controller", true}}}}}}
    };
  }
  Result<json::Value> create() { return executor.run_task(client.create(kJobs, job(), owned_by("u1"))); }
};

TEST_F(ClientTest, SendsWhoWeAre) {
  transport.answer(200, R"({"a":1})");
  ASSERT_TRUE(executor.run_task(client.get_json(kJobs, {"demo", "x"})));
  ASSERT_EQ(transport.requests.size(), 1U);
  EXPECT_EQ(transport.requests[0].headers.find("authorization"), "Bearer 1");
  EXPECT_EQ(transport.requests[0].headers.find("user-agent"), "test/1");
  EXPECT_EQ(observed, std::vector<std::string>{"GET 200"});
}

TEST_F(ClientTest, AReadIsRepeatedWhenItsOutcomeIsUnknown) {
  transport.answer(Code::kUnknownOutcome);
  transport.answer(500);
  transport.answer(200);
  EXPECT_TRUE(executor.run_task(client.get_json(kJobs, {"demo", "x"})));
  EXPECT_EQ(observed, (std::vector<std::string>{"GET <error>", "GET 500", "GET 200"}));
}

TEST_F(ClientTest, RepeatsEnd) {
  for (int i = 0; i < 20; ++i) transport.answer(Code::kUnavailable);
  const auto result = executor.run_task(client.get_json(kJobs, {"demo", "x"}));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kUnavailable);
  EXPECT_EQ(transport.requests.size(), 6U);
}

TEST_F(ClientTest, AnAnswerIsNotRepeated) {
  transport.answer(403, R"({"kind":"Status","reason":"Forbidden","message":"no","code":403})");
  EXPECT_EQ(executor.run_task(client.get_json(kJobs, {"demo", "x"})).error().code, Code::kForbidden);
  EXPECT_EQ(transport.requests.size(), 1U);
}

TEST_F(ClientTest, A401IsTriedOnceMoreWithFreshCredentials) {
  transport.answer(401);
  transport.answer(200);
  const MonoTime started = executor.now();
  EXPECT_TRUE(executor.run_task(client.get_json(kJobs, {"demo", "x"})));
  EXPECT_EQ(transport.requests[1].headers.find("authorization"), "Bearer 2");
  EXPECT_EQ(credentials.rejections, std::vector<MonoTime>{started});

  transport.answer(401);
  transport.answer(401);
  EXPECT_EQ(executor.run_task(client.get_json(kJobs, {"demo", "x"})).error().code, Code::kUnauthorized);
  EXPECT_EQ(transport.requests.size(), 4U);
}

TEST_F(ClientTest, RetryAfterHoldsEveryOtherCallToo) {
  transport.answer(429, "{}", {{"Retry-After", "30"}});
  transport.answer(200);
  transport.answer(200);
  const MonoTime started = executor.now();
  auto first = client.get_json(kJobs, {"demo", "x"});
  first.start([] {});
  EXPECT_TRUE(executor.run_task(client.get_json(kJobs, {"demo", "y"})));
  EXPECT_GE(executor.now() - started, 30s);
}

TEST_F(ClientTest, CreateReturnsWhatTheServerHas) {
  transport.answer(201, R"({"metadata":{"uid":"new"}})");
  EXPECT_EQ(json::find_string(*create(), "/metadata/uid"), "new");
}

TEST_F(ClientTest, CreateAfterAnUnseenSuccessFindsItsOwnObject) {
  transport.answer(Code::kUnknownOutcome);
  transport.answer(409, kExists);
  transport.answer(200, json::serialize(job("u1")));
  EXPECT_TRUE(create());
  EXPECT_EQ(observed, (std::vector<std::string>{"POST <error>", "POST 409", "GET 200"}));
}

TEST_F(ClientTest, CreateReportsSomebodyElsesObject) {
  transport.answer(409, kExists);
  transport.answer(200, json::serialize(job("other")));
  const auto result = create();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kAlreadyExists);
}

TEST_F(ClientTest, CreateDoesNotTakeANonsensicalAnswerForSomebodyElsesObject) {
  transport.answer(409, kExists);
  transport.answer(409, kExists);  // of a GET: no API server says so
  transport.answer(409, kExists);
  transport.answer(200, json::serialize(job("u1")));
  EXPECT_TRUE(create());
}

TEST_F(ClientTest, CreateTriesAgainWhenTheOtherObjectHasVanished) {
  transport.answer(409, kExists);
  transport.answer(404, kMissing);
  transport.answer(201);
  EXPECT_TRUE(create());
}

TEST_F(ClientTest, CreateStopsAtARefusal) {
  transport.answer(403, R"({"kind":"Status","reason":"Forbidden","message":"exceeded quota","code":403})");
  EXPECT_EQ(create().error().message, "exceeded quota");
  EXPECT_EQ(transport.requests.size(), 1U);
}

TEST_F(ClientTest, RemovingWhatIsGoneOrReplacedIsSuccess) {
  transport.answer(404, kMissing);
  EXPECT_TRUE(executor.run_task(client.remove(kJobs, {"demo", "x"}, {.uid = "u", .resource_version = ""})));
  transport.answer(409, kConflict);
  EXPECT_TRUE(executor.run_task(client.remove(kJobs, {"demo", "x"}, {.uid = "u", .resource_version = ""})));
  transport.answer(409, kConflict);
  EXPECT_FALSE(executor.run_task(client.remove(kJobs, {"demo", "x"}, {.uid = "u", .resource_version = "5"})));
}

struct Named {
  static constexpr Resource kResource = kJobs;
  ObjectMeta metadata;
};

}  // namespace
}  // namespace snapstash::kube

namespace snapstash::json {
template <>
struct Description<kube::Named> {
  static constexpr std::tuple fields{field("metadata", &kube::Named::metadata, "")};
};
}  // namespace snapstash::json

#include "kernel/json/codec_impl.hpp"

template struct snapstash::json::Codec<snapstash::kube::Named>;

namespace snapstash::kube {
namespace {

TEST_F(ClientTest, ListsPageByPage) {
  transport.answer(200, R"({"metadata":{"resourceVersion":"7","continue":"t"},"items":[{"metadata":{"name":"a"}}]})");
  transport.answer(200, R"({"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"b"}}]})");
  const auto all =
      executor.run_task(client.list<Named>({.namespace_ = "demo", .label_selector = "", .field_selector = ""}));
  ASSERT_TRUE(all);
  ASSERT_EQ(all->items.size(), 2U);
  EXPECT_EQ(all->items[1].metadata.name, "b");
  EXPECT_EQ(all->resource_version, "7");
  EXPECT_NE(transport.requests[1].target.find("continue=t"), std::string::npos);
}

TEST_F(ClientTest, AnObjectThatDoesNotDecodeSaysWhere) {
  transport.answer(200, R"({"metadata":{"name":5}})");
  const auto got = executor.run_task(client.get<Named>({"demo", "x"}));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Code::kMalformed);
  EXPECT_NE(got.error().message.find(".metadata.name"), std::string::npos);
}

}  // namespace
}  // namespace snapstash::kube
