#include "apps/snapstash/command_line.hpp"

int main(int argc, char** argv) { return snapstash::run_command_line(argc, argv); }
