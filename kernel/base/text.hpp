#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

namespace snapstash {

class Text;

namespace text_detail {

/// What may be compared with a Text, or become one, besides a Text.
template <class S>
concept Stringlike = std::convertible_to<const S&, std::string_view> && !std::same_as<std::remove_cvref_t<S>, Text>;

/// The characters follow it in memory.
struct Entry {
  Entry* next;  ///< In its bucket.
  std::uint32_t hash, references, size;

  /// Where the characters are: directly behind the last member, before what the struct is padded with.
  static constexpr std::size_t kOffset = sizeof(void*) + 3 * sizeof(std::uint32_t);
  std::string_view view() const { return {reinterpret_cast<const char*>(this) + kOffset, size}; }
};

}  // namespace text_detail

/// A string that is kept once, however many have it: names, namespaces, UIDs, labels, conditions' sentences. As large
/// as a pointer; constant; copying and comparing cost nothing. Each thread has its own pool, so a Text must not leave
/// its thread.
class Text {
 public:
  Text() = default;
  Text(std::string_view text) : entry_(text.empty() ? nullptr : intern(text)) {}  // implicit, as std::string's own
  Text(const std::string& text) : Text(std::string_view(text)) {}
  Text(const char* text) : Text(std::string_view(text)) {}
  Text(const Text& other) noexcept : entry_(other.entry_) {
    if (entry_ != nullptr) ++entry_->references;
  }
  Text(Text&& other) noexcept : entry_(std::exchange(other.entry_, nullptr)) {}
  Text& operator=(const Text& other) noexcept {
    Text copy(other);
    std::swap(entry_, copy.entry_);
    return *this;
  }
  Text& operator=(Text&& other) noexcept {
    std::swap(entry_, other.entry_);
    return *this;
  }
  ~Text() {
    if (entry_ != nullptr && --entry_->references == 0) forget(entry_);
  }

  /// Returns the string; valid as long as any Text has it.
  std::string_view view() const { return entry_ == nullptr ? std::string_view() : entry_->view(); }
  /// Returns a copy.
  std::string str() const { return std::string(view()); }
  operator std::string() const { return str(); }
  operator std::string_view() const { return view(); }

  bool empty() const { return entry_ == nullptr; }
  std::size_t size() const { return view().size(); }
  bool starts_with(std::string_view start) const { return view().starts_with(start); }
  bool ends_with(std::string_view end) const { return view().ends_with(end); }

  friend bool operator==(const Text& a, const Text& b) { return a.entry_ == b.entry_; }
  friend auto operator<=>(const Text& a, const Text& b) { return a.view() <=> b.view(); }
  template <text_detail::Stringlike S>
  friend bool operator==(const Text& a, const S& b) {
    return a.view() == std::string_view(b);
  }
  template <text_detail::Stringlike S>
  friend auto operator<=>(const Text& a, const S& b) {
    return a.view() <=> std::string_view(b);
  }
  friend std::string operator+(const Text& a, const Text& b) { return a.str().append(b.view()); }
  template <text_detail::Stringlike S>
  friend std::string operator+(const Text& a, const S& b) {
    return a.str().append(std::string_view(b));
  }
  template <text_detail::Stringlike S>
  friend std::string operator+(const S& a, const Text& b) {
    return std::string(std::string_view(a)).append(b.view());
  }

 private:
  static text_detail::Entry* intern(std::string_view text);
  static void forget(text_detail::Entry* entry) noexcept;

  text_detail::Entry* entry_ = nullptr;  // nullptr: the empty string
};

}  // namespace snapstash

template <>
struct fmt::formatter<snapstash::Text> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const snapstash::Text& text, Context& context) const {
    return fmt::formatter<std::string_view>::format(text, context);
  }
};
