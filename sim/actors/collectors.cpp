#include "sim/actors/collectors.hpp"

namespace snapstash::sim {

Collectors::Collectors(Cluster cluster, Pace pace)
    : cluster_(cluster), pace_(pace), garbage_(cluster.server), namespaces_(cluster.server), volumes_(cluster.server) {
  subscription_ = cluster_.storage.on_change([this](const Change& change) {
    // Nothing becomes garbage by a mere update; what is created may be born an orphan.
    if (!change.before || !change.after || is_deleting(*change.after)) wake();
  });
}

void Collectors::wake() {
  if (stopped_ || waiting_) return;
  waiting_ = true;
  ticket_ = cluster_.executor.after(cluster_.between(pace_.shortest, pace_.longest), [this] {
    waiting_ = false;
    const bool collected = garbage_.step();
    const bool emptied = namespaces_.step();
    const bool released = volumes_.step();
    if (collected || emptied || released) wake();
  });
}

void Collectors::stop() {
  stopped_ = true;
  waiting_ = false;
  ticket_.cancel();
}

void Collectors::go_on() {
  stopped_ = false;
  wake();
}

}  // namespace snapstash::sim
