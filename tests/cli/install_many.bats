#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets output, stderr and status
# pyvern install: several versions at once. Kills are in tests/faults/install_many.bats,
# the live lines in tests/unit/test_out_live.c.

bats_require_minimum_version 1.5.0
load ../lib/packages

setup_file() {
	packages 'standalone 9.1.1' 'standalone 9.2.1' 'standalone 9.3.1' 'standalone 9.4.1' \
		'standalone 9.5.1' 'standalone 9.6.1 broken=1' 'cpython 9.8.1' 'cpython 9.8.2' \
		'cpython 9.8.3'
}

setup() {
	own_root
}

teardown() {
	kill_child
}

# first PATTERN: the number of its line in $output.
first() {
	grep -n -m1 -- "$1" <<<"$output" | cut -d: -f1
}

# Interpreters wait (FAKE_SPY) until the file $T/go is there; they say so first.
hold_interpreters() {
	cat >"$T/spy" <<-END
		echo "\$0" >>"$T/waiting"
		while [ ! -e "$T/go" ]; do
			: >"$T/beat"
			sleep 0.05
		done
	END
	export FAKE_SPY=$T/spy
}

# Do at least N interpreters wait?
waiting() {
	[ -e "$T/waiting" ] && [ "$(wc -l <"$T/waiting")" -ge "$1" ]
}

# Have N versions said that they wait for others?
told_to_wait() {
	[ "$(grep -c ': wait for the other versions' "$T/said")" -eq "$1" ]
}

# pyvern ARG... in the background, its process in $child, its words in $T/said.
begin_pyvern() {
	# A shell ignores SIGINT in background jobs: give it back.
	perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' pyvern "$@" >"$T/said" 2>&1 3>&- &
	child=$!
}

# wait_for COMMAND...: until it succeeds, at most ten seconds.
wait_for() {
	local i
	for ((i = 0; i < 200; i++)); do
		if "$@"; then return 0; fi
		sleep 0.05
	done
	cat "$T/said"
	false
}

@test "five at once: each has its result, and there is a sum" {
	run_pyvern 0 install 9.3 9.1 9.2 9.4 9.5
	for minor in 1 2 3 4 5; do
		has "+ 9.$minor.1    standalone build for"
		[ -x "$PYVERN_ROOT/versions/9.$minor.1/bin/python" ]
		[ -x "$PYVERN_ROOT/shims/python9.$minor" ]
		[ "$(readlink "$PYVERN_ROOT/versions/9.$minor")" = "9.$minor.1" ]
	done
	has '+ 5 versions   '
	only_folders 9.1.1 9.2.1 9.3.1 9.4.1 9.5.1
}

@test "details stand below their version, whatever the others say" {
	run_pyvern 0 install 9.1 9.2 9.3 9.4 9.5
	run awk '/^\+ 9/ { n++; getline; if ($1 != "checked") exit 1 } END { exit n != 5 }' <<<"$output"
	[ "$status" -eq 0 ]
}

@test "the first one named becomes the global version, although it is the last to end" {
	# Its interpreter waits for the others to be there.
	cat >"$T/spy" <<-END
		tr '\0' ' ' </proc/\$PPID/cmdline | grep -q python9.3 || exit 0
		i=0
		while [ ! -d "$PYVERN_ROOT/versions/9.1.1" ] || [ ! -d "$PYVERN_ROOT/versions/9.2.1" ]; do
			i=\$((i + 1))
			[ \$i -lt 200 ] || exit 1
			sleep 0.05
		done
	END
	FAKE_SPY=$T/spy run_pyvern 0 install 9.3 9.1 9.2
	has 'default  9.3.1, the first version here'
	[ "$(cat "$PYVERN_ROOT/version")" = 9.3.1 ]
	[ "$(first '^+ 9.3.1')" -gt "$(first '^+ 9.1.1')" ]
	# Not when there was something before.
	rm "$PYVERN_ROOT/version"
	run_pyvern 0 install 9.4 9.5
	[ ! -e "$PYVERN_ROOT/version" ]
}

@test "the first that could be installed is the global one when the first fails" {
	run_pyvern 1 install 9.6 9.2 9.1
	has 'default  9.2.1, the first version here'
	[ "$(cat "$PYVERN_ROOT/version")" = 9.2.1 ]
}

@test "one fails, one is there, one is asked for twice: the others are installed" {
	pyvern install -q 9.1
	run_pyvern 1 install 9.2 9.6 9.1 9.2.1 9.3
	has '= 9.1.1    installed'
	has '+ 9.2.1'
	has '+ 9.3.1'
	has '+ 2 versions   '
	has 'pyvern: 9.6.1: its python does not work'
	[ "${lines[-1]}" = 'pyvern: 2 installed, 1 failed: 9.6.1' ]
	[ "$(grep -c '^+ 9.2.1' <<<"$output")" -eq 1 ]
	only_folders 9.1.1 9.2.1 9.3.1
}

@test "the status is that of the first that failed, as they were named" {
	run_pyvern 3 install 9.77 9.6 9.1
	has 'pyvern: no Python matches 9.77'
	has 'pyvern: 1 installed, 2 failed: 9.77, 9.6.1'
	[ "$(first 'matches 9.77')" -lt "$(first 'does not work')" ]
	run_pyvern 1 install 9.6 9.77
	has 'pyvern: 0 installed, 2 failed: 9.6.1, 9.77'
	only_folders 9.1.1
}

@test "one that fails alone has its own words and status" {
	pyvern install -q 9.1
	run_pyvern 1 install 9.1 9.6
	has 'pyvern: 9.6.1: its python does not work'
	has_not 'failed:'
	run_pyvern 3 install 9.77
	has_not 'failed:'
	echo 9.88 >.python-version
	run_pyvern 3 install
	has "asked by  ~/.python-version:1"
}

@test "a word that is no version stops all before anything is done" {
	run_pyvern 2 install 9.1 ../x 9.2
	has '../x is no version'
	[ ! -e "$PYVERN_ROOT/versions/9.1.1" ]
}

@test "a root that cannot be written is told once" {
	[ "$(id -u)" -ne 0 ] || skip "root can write everywhere"
	mkdir "$PYVERN_ROOT/versions"
	chmod a-w "$PYVERN_ROOT/versions"
	run_pyvern 1 install 9.1 9.2 9.3
	[ "$(grep -c 'not writable' <<<"$output")" -eq 1 ]
}

@test "versions/ that is a file is told once" {
	echo x >"$PYVERN_ROOT/versions"
	run_pyvern 1 install 9.1 9.2 9.3
	[ "$(grep -c '^pyvern: ' <<<"$output")" -eq 1 ]
	has 'install 9.1.1'
}

@test "sources are built one after the other, and downloaded at once" {
	export FAKE_SPY=$T/spy
	# One that is built while another is would find its mark.
	cat >"$T/bin-make" <<-END
		#!/bin/sh
		mkdir "$T/building" 2>/dev/null || echo "two at once" >>"$T/two"
		sleep 0.1
		/usr/bin/make "\$@"
		status=\$?
		rmdir "$T/building"
		exit \$status
	END
	mkdir "$T/bin"
	install -m 755 "$T/bin-make" "$T/bin/make"
	: >"$T/spy"
	PATH=$T/bin:$PATH run_pyvern 0 install 9.8.1 9.8.2 9.8.3
	[ ! -e "$T/two" ]
	[ "$(grep -c '^+ 9.8.* built from source' <<<"$output")" -eq 3 ]
	[ "$(grep -c ': download from' <<<"$output")" -eq 3 ]
	# The last download begins before the first build has ended.
	[ "$(grep -n ': download from' <<<"$output" | tail -n 1 | cut -d: -f1)" -lt "$(first ': make install')" ]
	[ "$(readlink "$PYVERN_ROOT/versions/9.8")" = 9.8.3 ]
}

@test "not more are finished at once than there are CPUs" {
	hold_interpreters
	begin_pyvern install 9.1 9.2 9.3 9.4 9.5
	cpus=$(getconf _NPROCESSORS_ONLN)
	[ "$cpus" -lt 5 ] || skip "this machine finishes them all at once"
	wait_for waiting "$cpus"
	wait_for told_to_wait $((5 - cpus))
	[ "$(wc -l <"$T/waiting")" -eq "$cpus" ]
	touch "$T/go"
	wait "$child"
	child=
	only_folders 9.1.1 9.2.1 9.3.1 9.4.1 9.5.1
}

@test "an interrupt ends them all; what was finished stays, nothing is half made" {
	pyvern install -q 9.5
	hold_interpreters
	begin_pyvern install 9.1 9.2 9.3 9.8.1
	wait_for waiting 1
	kill -INT "$child"
	status=0
	wait "$child" || status=$?
	child=
	[ "$status" -eq 130 ]
	[ "$(grep -c interrupted "$T/said")" -eq 1 ]
	only_folders 9.5.1
	# No interpreter runs on.
	rm -f "$T/beat"
	sleep 0.3
	[ ! -e "$T/beat" ]
	unset FAKE_SPY
	run_pyvern 0 install 9.1 9.2 9.3 9.8.1
	only_folders 9.1.1 9.2.1 9.3.1 9.5.1 9.8.1
}

@test "more than are worked on at once" {
	{
		echo '# pyvern catalogue 1'
		for i in $(seq 1 20); do
			sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" "9.1.$i" "$T" noise=1
		done
	} >"$PYVERN_ROOT/catalog/fake.tsv"
	# shellcheck disable=SC2046 # words
	run_pyvern 0 install -q $(seq -f 9.1.%g 1 20)
	has_not '+ 9.1'
	[ "$(find "$PYVERN_ROOT/versions" -mindepth 1 -maxdepth 1 -type d | wc -l)" -eq 20 ]
	[ "$(cat "$PYVERN_ROOT/version")" = 9.1.1 ]
	[ "$(readlink "$PYVERN_ROOT/versions/9.1")" = 9.1.20 ]
}

@test "one archive for two versions: it is downloaded once" {
	grep '^cpython.9.8.3' "$PKG/fake.tsv" | sed 's/9\.8\.3\t/3.13.77\t/' >"$T/line"
	{ echo '# pyvern catalogue 1'; cat "$T/line"; } >"$PYVERN_ROOT/catalog/fake.tsv"
	run pyvern install 3.13.77 3.13.77t
	echo "$output"
	[ "$(grep -c ': download from' <<<"$output")" -eq 1 ]
}

@test "what is pinned is installed at once; what is there is shown" {
	pyvern install -q 9.1
	printf '9.2\n9.1\n9.3\n' >.python-version
	run_pyvern 0 install
	has '= 9.1.1    installed'
	has '+ 9.2.1'
	has '+ 9.3.1'
	has '+ 2 versions   '
}

@test "use installs all that is missing at once, and pins" {
	pyvern install -q 9.1
	run_pyvern 0 use --install 9.3 9.1 9.2
	has '= 9.1.1    installed'
	has '+ 2 versions   '
	[ "$(first '^= 9.1.1')" -lt "$(first '^+ 9.3.1')" ]
	has '+ .python-version   9.3 9.1 9.2'
	run_pyvern 1 use --install 9.4 9.6 9.5
	has '2 installed, 1 failed: 9.6.1'
	has_not '.python-version'
	[ "$(head -n 1 .python-version)" = 9.3 ]
}

@test "use asks once for all that is missing" {
	command -v script >/dev/null || skip "script is not here"
	run script -qec "pyvern use 9.3 9.2" /dev/null <<<"y"
	[ "$(grep -c 'Python 9.3, 9.2 are not installed. Install them?' <<<"$output")" -eq 1 ]
	only_folders 9.2.1 9.3.1
}

@test "--json: one document on stdout, whatever became of them" {
	pyvern install -q 9.1
	run -1 --separate-stderr pyvern install --json 9.1 9.2 9.6 9.2.1
	echo "$output" "$stderr"
	[[ $stderr == *'+ 9.2.1'*'1 installed, 1 failed: 9.6.1'* ]]
	run python3 -c '
import json, sys
d = json.load(sys.stdin)
print(d["schema"], len(d["versions"]))
for v in d["versions"]:
    print(v["request"], v["version"], v["result"], v["path"])
new = d["versions"][1]
print(new["built"], new["choice"].split(",")[0].startswith("standalone build"), new["bytes"] > 200000,
      len(new["sha256"]), new["milliseconds"] >= 0, new["default"], new["missing_modules"])
failed = d["versions"][2]
print(failed["error"], "does not work" in failed["message"])
' <<<"$output"
	[ "$output" = "1 3
9.1 9.1.1 present $PYVERN_ROOT/versions/9.1.1
9.2 9.2.1 installed $PYVERN_ROOT/versions/9.2.1
9.6 9.6.1 failed None
False True True 64 True False []
failed True" ]
}

@test "--json: nothing is pinned or known" {
	run -3 --separate-stderr pyvern install --json 9.77
	python3 -c '
import json, sys
(v,) = json.load(sys.stdin)["versions"]
assert (v["result"], v["error"], v["version"]) == ("failed", "unknown-version", None), v
' <<<"$output"
	printf '9.1\n' >.python-version
	pyvern install -q
	run -0 --separate-stderr pyvern install --json
	python3 -c '
import json, sys
(v,) = json.load(sys.stdin)["versions"]
assert (v["request"], v["result"]) == ("9.1", "present"), v
' <<<"$output"
}

# Killed between the rename and the shims, it had none until somebody called rehash.
@test "what is there has its shims again when it is asked for" {
	pyvern install -q 9.1 9.2
	rm "$PYVERN_ROOT/shims/python9.1"
	run_pyvern 0 install 9.1
	[ "$output" = '= 9.1.1    installed' ]
	[ -x "$PYVERN_ROOT/shims/python9.1" ]
}

@test "--force makes all of them again" {
	pyvern install -q 9.1 9.2
	run_pyvern 0 install --force 9.1 9.2
	has '~ 9.1.1'
	has '~ 9.2.1'
	only_folders 9.1.1 9.2.1
}

@test "with hooks one is installed after the other" {
	mkdir -p "$PYVERN_ROOT/pyenv.d/install"
	cat >"$PYVERN_ROOT/pyenv.d/install/mark.bash" <<-'END'
		before_install 'echo "before $DEFINITION" >>"$HOME/marks"'
		after_install 'echo "after $DEFINITION $STATUS" >>"$HOME/marks"'
	END
	run_pyvern 0 install 9.2 9.1
	[ "$(cat "$HOME/marks")" = "before 9.2.1
after 9.2.1 0
before 9.1.1
after 9.1.1 0" ]
	has_not '2 versions'
	run -0 --separate-stderr pyvern install --json 9.2 9.3
	python3 -c '
import json, sys
print([v["result"] for v in json.load(sys.stdin)["versions"]])
' <<<"$output" | grep -qx "\['present', 'installed'\]"
}

@test "the packages of each are told below it" {
	cat >"$T/pip" <<-'END'
		sleep 0.2
		echo "Successfully installed black-25.1.0"
	END
	echo black >"$PYVERN_ROOT/default-packages"
	FAKE_PIP=$T/pip run_pyvern 0 install 9.8.1 9.8.2
	run awk '/^\+ 9/ { n++; while ($2 != "packages" && (getline) > 0 && !/^[+~] [0-9]/); if ($2 != "packages") exit 1 } END { exit n != 2 }' <<<"$output"
	[ "$status" -eq 0 ]
}

@test "on a terminal there is a line for each, and nothing is left of them" {
	command -v script >/dev/null || skip "script is not here"
	# Two that wait for the test, so that they are drawn.
	hold_interpreters
	TERM=xterm script -qec "stty cols 100 rows 30; pyvern install 9.1 9.2" /dev/null >"$T/said" &
	child=$!
	drawn() { tr -d '\r' <"$T/said" | grep -A1 '  9[.][12].1    [a-z]' | grep -c '  9[.][12].1    [a-z]' | grep -qvx '[01]'; }
	wait_for drawn
	touch "$T/go"
	wait "$child"
	child=
	output=$(cat "$T/said")
	has '+ 2 versions'
	has_not 'pyvern: 9.1.1: download'
}
