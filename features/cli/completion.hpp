#pragma once
#include <string>
#include <string_view>
#include <vector>

/// What a shell offers when Tab is pressed. Pure.
namespace snapstash::cli {

/// What may follow a command line that is not finished yet.
struct Candidates {
  std::vector<std::string> words;
  std::string names = "";  ///< And the names of these, as a path has them: "volumesnapshots". Only the cluster knows.
  friend bool operator==(const Candidates&, const Candidates&) = default;
};

/// Returns what may stand in the place of the last argument, of which so much has been typed ("" = nothing yet).
Candidates candidates(const std::vector<std::string>& arguments);

/// Returns those of the arguments that say which cluster and namespace are meant, flags with their values.
std::vector<std::string> connection_arguments(const std::vector<std::string>& arguments);

/// Returns the script that makes a shell ask `kubectl-stash __complete`, "" for one that is not known (bash, zsh, fish
/// are). kubectl asks a program `kubectl_complete-stash`, in any shell.
std::string completion_script(std::string_view shell);

}  // namespace snapstash::cli
