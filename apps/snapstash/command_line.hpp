#pragma once

namespace snapstash {

/// Plays the part that the first argument names (or the program's own name: `kubectl-stash` is the plugin), and returns
/// its exit code; 2 for a command line that cannot be understood.
int run_command_line(int argc, char** argv);

}  // namespace snapstash
