#include "features/cli/completion.hpp"

#include <algorithm>
#include <array>

#include "features/cli/command_line.hpp"

namespace snapstash::cli {
namespace {

using Words = std::vector<std::string>;

constexpr std::string_view kBash = R"(# kubectl-stash, for bash: source <(kubectl stash completion bash)
_kubectl_stash() {
    local IFS=$'\n'
    COMPREPLY=($(kubectl-stash __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | grep -v '^:'))
}
complete -F _kubectl_stash kubectl-stash
)";

constexpr std::string_view kZsh = R"(#compdef kubectl-stash
# kubectl-stash, for zsh: source <(kubectl stash completion zsh)
_kubectl_stash() {
    local -a words_found
    words_found=("${(@f)$(kubectl-stash __complete "${(@)words[2,CURRENT]}" 2>/dev/null | grep -v '^:')}")
    compadd -a words_found
}
compdef _kubectl_stash kubectl-stash
)";

constexpr std::string_view kFish = R"(# kubectl-stash, for fish: kubectl stash completion fish | source
function __kubectl_stash_complete
    set -l typed (commandline -opc) (commandline -ct)
    kubectl-stash __complete $typed[2..-1] 2>/dev/null | string match -v -r '^:'
end
complete -c kubectl-stash -f -a '(__kubectl_stash_complete)'
)";

bool is_known(const Words& words, const std::string& word) { return std::ranges::find(words, word) != words.end(); }

/// Whether a flag is followed by its value.
bool takes_value(const Grammar& grammar, const std::string& verb, const std::string& flag) {
  if (is_known(grammar.valued, flag)) return true;
  const auto found = grammar.verbs.find(verb);
  return found != grammar.verbs.end() && is_known(found->second.valued, flag);
}

/// Flags whose value is the name of an object, by the kind's name in paths.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kNamed{
    {{"--backupbatch", "backupbatches"},
     {"--backupconfig", "backupconfigurations"},
     {"--backupsession", "backupsessions"},
     {"--restorebatch", "restorebatches"},
     {"--restoresession", "restoresessions"},
     {"--claim.datasource", "volumesnapshots"},
     {"--claim.storageclass", "storageclasses"},
     {"--to-namespace", "namespaces"},
     {"--volumesnapshotclass", "volumesnapshotclasses"},
     {"--volumesnpashotclass", "volumesnapshotclasses"}}
};

/// What stands before the word that is being typed.
struct Before {
  std::string verb;             ///< With its noun, if it has one: "create backupconfig".
  std::size_t positionals = 0;  ///< Behind the verb.
  std::string open_flag;        ///< The last word, if it is a flag that waits for its value.
};

Before read(const Grammar& grammar, const Words& words) {
  Before before;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    before.open_flag.clear();
    if (word.starts_with("-")) {
      if (word.contains('=') || !takes_value(grammar, before.verb, word)) continue;
      if (i + 2 == words.size()) before.open_flag = word;
      ++i;  // its value
    } else if (before.verb.empty()) {
      before.verb = word;
    } else if (grammar.verbs.contains(before.verb + " " + word)) {
      before.verb += " " + word;
    } else {
      ++before.positionals;
    }
  }
  return before;
}

Words beginning_with(const std::string& typed, Words words) {
  std::erase_if(words, [&](const std::string& word) { return !word.starts_with(typed); });
  std::ranges::sort(words);
  return words;
}

Words names_of(const std::map<std::string, Grammar::Part>& verbs) {
  Words names;
  for (const auto& [name, part] : verbs) {
    if (!name.contains(' ')) names.push_back(name);
  }
  return names;
}

/// The values of a flag.
Candidates values_of(const std::string& flag, const std::string& verb, const std::string& typed) {
  if (flag == "-o" || flag == "--output") {
    return {beginning_with(typed, verb.starts_with("create ") ? Words{"json", "yaml"} : Words{"table", "json", "yaml"})
    };
  }
  if (flag == "--target-kind") {
    return {beginning_with(typed, {"DaemonSet", "Deployment", "PersistentVolumeClaim", "StatefulSet"})};
  }
  if (flag == "--driver") return {beginning_with(typed, {"VolumeSnapshotter"})};
  if (flag == "--claim.access-modes") {
    return {beginning_with(typed, {"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"})};
  }
  const auto named = std::ranges::find(kNamed, flag, [](const auto& each) { return each.first; });
  return named == kNamed.end() ? Candidates{} : Candidates{{}, std::string(named->second)};
}

/// What a verb's own argument is.
Candidates argument_of(const std::string& verb, const std::string& typed) {
  if (verb == "completion") return {beginning_with(typed, {"bash", "zsh", "fish"})};
  if (verb == "cp volumesnapshot") return {{}, "volumesnapshots"};
  if (verb == "create restoresession" || verb == "version" || verb.starts_with("debug ")) return {};
  return {{}, "backupconfigurations"};
}

}  // namespace

Candidates candidates(const std::vector<std::string>& arguments) {
  const Grammar grammar = describe_command_line();
  const std::string typed = arguments.empty() ? "" : arguments.back();
  const Before before = read(grammar, arguments);
  if (!before.open_flag.empty()) return values_of(before.open_flag, before.verb, typed);
  const auto verb = grammar.verbs.find(before.verb);
  if (typed.starts_with("-")) {
    Words flags = grammar.flags;
    if (verb != grammar.verbs.end()) flags.insert(flags.end(), verb->second.flags.begin(), verb->second.flags.end());
    return {beginning_with(typed, std::move(flags))};
  }
  if (before.verb.empty()) return {beginning_with(typed, names_of(grammar.verbs))};
  if (before.positionals > 0 || verb == grammar.verbs.end()) return {};
  if (!verb->second.nouns.empty()) return {beginning_with(typed, verb->second.nouns)};
  return argument_of(before.verb, typed);
}

std::vector<std::string> connection_arguments(const std::vector<std::string>& arguments) {
  const Grammar grammar = describe_command_line();
  Words found;
  for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
    const std::string name = arguments[i].substr(0, arguments[i].find('='));
    if (!is_known(grammar.flags, name)) continue;
    found.push_back(arguments[i]);
    const bool has_value = name.size() == arguments[i].size() && is_known(grammar.valued, name);
    if (has_value && i + 2 < arguments.size()) found.push_back(arguments[++i]);
  }
  return found;
}

std::string completion_script(std::string_view shell) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kScripts{
      {{"bash", kBash}, {"zsh", kZsh}, {"fish", kFish}}
  };
  const auto found = std::ranges::find(kScripts, shell, [](const auto& each) { return each.first; });
  return found == kScripts.end() ? std::string() : std::string(found->second);
}

}  // namespace snapstash::cli
