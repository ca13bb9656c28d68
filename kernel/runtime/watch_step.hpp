#pragma once
#include <optional>
#include <string>
#include <variant>

#include "kernel/base/error.hpp"
#include "kernel/base/time.hpp"
#include "kernel/runtime/backoff.hpp"

/// How one collection is followed, as a pure function: `step(state, input, now)` says what becomes of the objects at
/// hand and which single thing to do next. `watcher.hpp` carries it out. The rules are client-go's reflector's
/// (tools/cache/reflector.go), without its lists from resourceVersion "0", which may show the past.
///
/// A start is always from a consistent state: a WatchList (KEP-3157: the watch itself sends the present objects first,
/// then a bookmark that says so), or, where the server refuses or breaks that, pages of 100 and then a watch.
/// After a break the watch goes on from the last event's or bookmark's version; only when that is too old (410), or
/// cannot be made to work, is everything read again.
namespace snapstash::runtime {

/// What to ask a watch for. No timeoutSeconds: the server then ends it after 30 to 60 minutes.
struct WatchQuery {
  bool initial_events = false;   ///< Send the present objects first (consistent: no version is named).
  std::string resource_version;  ///< Otherwise: events after this version.
  friend bool operator==(const WatchQuery&, const WatchQuery&) = default;
};

// ---- what can happen ----

struct Begin {};  ///< The watcher starts, or a Wait is over.
struct PageArrived {
  std::string resource_version, continue_token;
};
struct Opened {};  ///< The server accepted the watch.
struct EventArrived {
  enum class Type { kAdded, kModified, kDeleted, kBookmark };
  Type type;
  std::string resource_version;
  bool initial_events_end = false;  ///< A bookmark annotated k8s.io/initial-events-end: "true".
};
struct Failed {
  Error error;
  bool sent_in_stream = false;  ///< The server said so in an ERROR event, rather than the connection failing.
};
struct Ended {};    ///< The stream ended in order.
struct Silent {};   ///< Nothing came within Read::within.
struct Refused {};  ///< The store did not take the initial list: it has already seen a newer state.

using WatchInput = std::variant<Begin, PageArrived, Opened, EventArrived, Failed, Ended, Silent, Refused>;

// ---- what to do ----

/// What becomes of the input's objects (a page's items, an event's object).
enum class Disposition {
  kIgnore,
  kStage,    ///< Part of the initial list: put aside.
  kUnstage,  ///< Deleted while the initial list was being sent.
  kApply,
  kRemove,
};

struct ListPage {
  std::string continue_token;  ///< "" = the first.
};
struct OpenWatch {
  WatchQuery query;
};
struct Read {
  Duration within;  ///< Give up when not a byte comes for so long.
};
struct Wait {
  Duration delay;  ///< To be jittered.
};
/// Everything but Read closes a stream that is open.
using WatchAction = std::variant<ListPage, OpenWatch, Read, Wait>;

struct WatchState {
  enum class Phase { kIdle, kListing, kOpeningInitial, kInitial, kOpening, kWatching };
  Phase phase = Phase::kIdle;
  std::string resource_version;      ///< Where to go on; "" = from a list.
  bool watch_list_supported = true;  ///< Until the server refuses it as invalid.
  bool list_next = false;            ///< The last WatchList went wrong: read the next initial list in pages.
  bool seen_event = false;           ///< Since the watch was opened.
  MonoTime opened_at{}, progress_at{};
  Backoff backoff;
};

struct WatchStep {
  WatchState state;
  bool begin_initial = false;  ///< First: drop what was staged.
  Disposition objects = Disposition::kIgnore;
  std::optional<std::string> commit;   ///< Then: what is staged is the collection at this version.
  std::optional<std::string> advance;  ///< Then: the store is as of this version.
  std::optional<Error> report;         ///< To be logged.
  WatchAction next;                    ///< Last.
};

/// A watch that ends sooner without an event is an error (broken proxies would make it a hot loop).
inline constexpr Duration kVeryShortWatch = std::chrono::seconds(1);
/// The server sends a bookmark about once a minute: without a byte for so long the peer is dead.
inline constexpr Duration kDeadPeer = std::chrono::seconds(150);
/// How long an initial WatchList may go without an object or its end before pages are tried instead.
inline constexpr Duration kInitialPatience = std::chrono::seconds(60);
/// After so many failures in a row the version at hand is not trusted any more.
inline constexpr unsigned kResumeAttempts = 5;

/// Advances the state machine. Pure. Errors: none; failures are inputs, and every step names what to do next.
WatchStep step(WatchState state, const WatchInput& input, MonoTime now);

}  // namespace snapstash::runtime
