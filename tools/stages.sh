# Runs a script's work as named stages, each with a log of its own, and ends with a table of what each took. Sourced.
#
#   . tools/stages.sh          the caller's directory becomes the project's root
#   stage NAME COMMAND...      runs COMMAND with its output in build/log/NAME.log; shows the log's end if it fails, and goes on
#   need NAME COMMAND...       the same, but a failure ends the script: nothing that follows would make sense
#   tests NAME COMMAND...      a stage whose COMMAND prints `N passed, N failed`; both are added up
#   aside NAME COMMAND...      starts a stage of tests that runs beside those that follow, with what they leave of the processors
#   joined NAME                waits for it
#   live STAGE...              STAGE is one of the above; its output is shown as it comes
#   at_end COMMAND...          COMMAND runs when the script ends, however it ends
#   stages_failed              whether any stage has failed
#
# The table comes last but for the line `N passed, N failed`, when the script has stages of tests.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
mkdir -p build/log

counts='^[0-9]+ passed, [0-9]+ failed$'
stage_live=0 stage_rows=() stage_failures=0 stage_endings=()
tests_seen=0 tests_passed=0 tests_failed=0
stages_started=$SECONDS

stages_failed() { ((stage_failures)); }

at_end() { stage_endings+=("$(printf '%q ' "$@")"); }

# The log comes to the terminal, too, when a person wants it (VERBOSE=1), or when the stage has stages itself (live).
stage() {
	local name=$1 started=$SECONDS status=0
	local log=build/log/$name.log
	shift
	printf '==> %s\n' "$name"
	if [[ ${VERBOSE-} == 1 || $stage_live == 1 ]]; then
		"$@" </dev/null 2>&1 | tee "$log" | grep --line-buffered -vE "$counts"
		status=${PIPESTATUS[0]}
	else
		"$@" </dev/null >"$log" 2>&1 || status=$?
	fi
	stage_done "$name" $((SECONDS - started)) "$status"
	((status == 0)) || [[ ${VERBOSE-} == 1 || $stage_live == 1 ]] || show_end "$log"
	return "$status"
}

stage_done() {
	local outcome=ok
	if (($3)); then
		outcome="FAILED ($3) $(grep -oE 'failed: .*' "build/log/$1.log" | tail -n 1 | cut -c -300)" # which ones, where the stage says so
		stage_failures=$((stage_failures + 1))
	fi
	stage_rows+=("$(printf '%-16s %6d s  %s' "$1" "$2" "$outcome")")
	printf '    %s: %s, %d s\n' "$1" "$outcome" "$2"
}

show_end() {
	printf -- '---- the end of %s\n' "$1"
	tail -n "${LOG_LINES:-60}" "$1"
	printf -- '----\n'
}

need() { stage "$@" || exit 1; }

# live COMMAND...: COMMAND is stage, need or tests.
live() {
	stage_live=1
	"$@"
	local status=$?
	stage_live=0
	return "$status"
}

declare -A aside_processes=() aside_started=()

aside() {
	local name=$1
	shift
	printf '==> %s, beside what follows\n' "$name"
	aside_started[$name]=$SECONDS
	# A session of its own is also a scheduling group of its own, where niceness counts within groups only (autogroup).
	# shellcheck disable=SC2016
	setsid bash -c '{ echo 19 >/proc/self/autogroup; } 2>/dev/null; exec nice -n 19 "$@"' "$name" "$@" \
		</dev/null >"build/log/$name.log" 2>&1 &
	aside_processes[$name]=$!
}

joined() {
	local name=$1 status=0
	wait "${aside_processes[$name]}" || status=$?
	unset "aside_processes[$name]"
	stage_done "$name" $((SECONDS - aside_started[$name])) "$status"
	((status == 0)) || [[ $stage_live == 1 ]] || show_end "build/log/$name.log"
	count_tests "$name" "$status"
}

tests() {
	local name=$1 status=0
	stage "$@" || status=$?
	count_tests "$name" "$status"
}

# count_tests NAME STATUS: adds up what the stage's log says. Returns STATUS.
count_tests() {
	local name=$1 status=$2 line
	line=$(grep -E "$counts" "build/log/$name.log" | tail -n 1)
	tests_seen=1
	if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed ]]; then
		tests_passed=$((tests_passed + BASH_REMATCH[1]))
		tests_failed=$((tests_failed + BASH_REMATCH[2]))
		((status)) && ((BASH_REMATCH[2] == 0)) && tests_failed=$((tests_failed + 1)) # it broke outside of its tests
	else
		tests_failed=$((tests_failed + 1)) # it did not come to its end
		((status)) || stage_failures=$((stage_failures + 1))
	fi
	return "$status"
}

stages_end() {
	local status=$? ending
	trap - EXIT INT TERM HUP
	for ending in "${aside_processes[@]}"; do kill -- "-$ending" 2>/dev/null; done
	for ending in "${stage_endings[@]}"; do
		eval "$ending" || printf 'at the end: %s failed\n' "$ending"
	done
	printf '\n'
	printf '%s\n' "${stage_rows[@]}"
	printf '%-16s %6d s\n' total $((SECONDS - stages_started))
	if ((stage_failures)); then status=1; fi
	if ((tests_seen)); then printf '%d passed, %d failed\n' "$tests_passed" "$tests_failed"; fi
	exit "$status"
}
trap stages_end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
