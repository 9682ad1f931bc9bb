#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern use
# shellcheck disable=SC2154,SC2016 # run sets stderr; $() is to stay as it is

bats_require_minimum_version 1.5.0
load ../lib/venv

setup() {
	venv_setup
	fake_python 3.12.1
	unset PYVERN_AUTO_INSTALL PYENV_AUTO_INSTALL
}

# A Python that can be built in a moment, and where it comes from.
offer_9_9() {
	mkdir -p "$T/pkg" "$PYVERN_ROOT/catalog"
	{
		echo '# pyvern catalogue 1'
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" 9.9.1 "$T/pkg"
	} >"$PYVERN_ROOT/catalog/fake.tsv"
}

@test "pins what is installed, and says what changed" {
	run --separate-stderr pyvern use 3.12
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	[ "$stderr" = "= 3.12.1   installed
+ .python-version   3.12" ]
	[ "$(cat .python-version)" = 3.12 ]
	[ "$(python)" = 3.12.1 ]
	run pyvern use 3.12
	[ "${lines[1]}" = "= .python-version   3.12" ]
	run pyvern use 3.13 3.12.1
	is_output "= 3.13.5   installed" "= 3.12.1   installed" "~ .python-version   3.13 3.12.1"
	[ "$(cat .python-version)" = "$(printf '3.13\n3.12.1')" ]
	has_only . .python-version
}

@test "spellings of others become what pyenv reads" {
	for word in latest cpython@3.13.5 python-3.13.5 python3.13; do
		pyvern use --quiet "$word"
		pinned=$(cat .python-version)
		echo "$word: $pinned"
		[[ $pinned == 3.13 || $pinned == 3.13.5 ]]
	done
}

# It said that no environment can be made on it.
@test "system can be pinned, too" {
	run pyvern use 3.12 system
	is_output "= 3.12.1   installed" "= system   what PATH has without shims" \
		"+ .python-version   3.12 system"
	run pyvern use system
	[ "$status" -eq 0 ]
	[ "$(python)" = system ]
	rm .python-version
	refuses 3 "the system has no Python in PATH" env PATH="$PYVERN_TEST_STAGE/bin" pyvern use \
		--quiet system --venv
	[ ! -e .python-version ]
	[ ! -e .venv ]
}

@test "a range is pinned as the version that it is; --range keeps it, and says so" {
	run pyvern use '<3.13'
	[ "$status" -eq 0 ]
	is_output "= 3.12.1   installed" "+ .python-version   3.12.1"
	run pyvern use --range '< 3.13'
	[ "$status" -eq 0 ]
	is_output "= 3.12.1   installed" "~ .python-version   <3.13" \
		"  but      pyenv cannot read a range"
	[ "$(cat .python-version)" = '<3.13' ]
	refuses 2 "--range needs a range" pyvern use --range 3.12
	[ "$(cat .python-version)" = '<3.13' ]
}

@test "what is missing is not pinned, and without a terminal not asked for" {
	refuses 3 "3.11 is not installed" pyvern use 3.11
	[[ $stderr == *"to fix   pyvern install 3.11" ]]
	run pyvern use 3.13 3.11
	[ "$status" -eq 3 ]
	# `pyvern install nope` could not help.
	refuses 3 "nope is not installed" pyvern use nope
	[[ $stderr == *"to fix   pyvern versions" ]]
	has_only .
}

@test "words that are no versions" {
	refuses 2 "use needs a version" pyvern use
	refuses 2 '"" is no version: it is empty' pyvern use ""
	for word in ../.. /etc "3.12 3.13" 3.12:3.13 "3.12+nope" "$(printf '3.12\n3.13')" \
		"$(printf '3.12\033[31m')" "$(printf '%0300d' 1)"; do
		refuses 2 "" pyvern use "$word"
		[[ $stderr != *$'\033'* ]]
	done
	has_only .
}

@test "--venv makes the environment on the first version, once" {
	run pyvern use 3.12 3.13 --venv
	[ "$status" -eq 0 ]
	[[ ${lines[3]} == "+ .venv    Python 3.12.1, pip 1.0   "* ]]
	is_environment .venv 3.12.1
	run pyvern use 3.12 3.13 --venv
	is_output "= 3.12.1   installed" "= 3.13.5   installed" "= .python-version   3.12 3.13" \
		"= .venv    Python 3.12.1"
	has_only . .python-version .venv
}

@test "--venv: a pin never changes without its environment" {
	pyvern use --quiet --venv 3.12
	touch .venv/lib/mine
	run pyvern use 3.13 --venv
	[ "$status" -eq 6 ]
	[[ $output == *"$T/project/.venv is an environment of another Python"* ]]
	[[ $output == *"to fix   pyvern venv --clear -p 3.13.5"* ]]
	[ "$(cat .python-version)" = 3.12 ]
	[ -e .venv/lib/mine ]
	rm -r .venv
	# The pin was changed before this was refused.
	mkdir .venv
	touch .venv/mine
	run pyvern use 3.13 --venv
	[ "$status" -eq 6 ]
	[[ $output == *"is       a folder that is no environment"* ]]
	[ "$(cat .python-version)" = 3.12 ]
	has_only .venv mine
}

@test "--quiet says nothing unless it fails" {
	run pyvern use --quiet --venv 3.13
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	run pyvern use -q 3.11
	[ "$status" -eq 3 ]
	[ "${lines[0]}" = "pyvern: 3.11 is not installed" ]
}

@test "--install installs what is missing; so does the setting; --quiet is passed on" {
	offer_9_9
	run --separate-stderr pyvern use --install 9.9
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	[[ $stderr == *"+ 9.9.1    built from source"*"+ .python-version   9.9" ]]
	[ "$(python --version)" = "Python 9.9.1" ]
	rm .python-version
	pyvern uninstall --yes --quiet 9.9.1
	PYVERN_AUTO_INSTALL=1 run pyvern use --quiet 9.9.1
	[ "$status" -eq 0 ]
	[ "$output" = "! 9.9.1    this version brings no pip" ]
	[ "$(cat .python-version)" = 9.9.1 ]
}

@test "an installation that fails has said why: its status, and no pin" {
	offer_9_9
	export FAKE_FAIL=make
	run pyvern use --install 9.9
	[ "$status" -eq 1 ]
	[[ $output == *"two.c:7: error: no such luck"* ]]
	has_only .
	run pyvern use --install 3.999
	[ "$status" -eq 3 ]
	has_only .
}

@test "on a terminal it asks, and no is the default" {
	command -v script >/dev/null || skip "script(1) makes the terminal"
	offer_9_9
	run script -qec "pyvern use 9.9" /dev/null <<<""
	[ "$status" -eq 3 ]
	[[ $output == *"Python 9.9 is not installed. Install it? [y/N]"* ]]
	[ ! -e .python-version ]
	run script -qec "pyvern use 9.9" /dev/null <<<"y"
	[ "$status" -eq 0 ]
	[ "$(cat .python-version)" = 9.9 ]
}

@test "a pin that is a link is replaced; what it leads to stays" {
	echo mine >"$T/target"
	ln -s "$T/target" .python-version
	pyvern use --quiet 3.12
	[ ! -L .python-version ]
	[ "$(cat "$T/target")" = mine ]
	rm .python-version
	ln -s .python-version .python-version
	pyvern use --quiet 3.12
	[ "$(cat .python-version)" = 3.12 ]
}

@test "a pin that cannot be written: why, and what works without" {
	mkdir .python-version
	run pyvern use 3.12
	[ "$status" -eq 1 ]
	is_output "= 3.12.1   installed" \
		"pyvern: cannot write $T/project/.python-version: it is a folder" \
		"  to fix   export PYVERN_VERSION=3.12 (for this shell only)"
	has_only . .python-version
	rmdir .python-version
	need_own_mounts
	# shellcheck disable=SC2016 # the other shell expands it
	run "${own_mounts[@]}" sh -c '
		mount --bind . . && mount -o remount,ro,bind . || exit 99
		cd "$PWD" && pyvern use 3.12 3.13'
	[ "$status" -ne 99 ] || skip "mount is refused here"
	[ "$status" -eq 1 ]
	[[ $output == *"cannot write "*"it is on a read-only file system"* ]]
	[[ $output == *"to fix   export PYVERN_VERSION=3.12:3.13 (for this shell only)" ]]
}

@test "folders with any name; names in messages are harmless" {
	for name in "a b" "it's" '"quoted"' '$(touch X)' '`touch X`' "$(printf 'two\nlines')" \
		"$(printf 'esc\033[31m')" 'grün' "-rf" "$(printf 'bad\377')"; do
		mkdir -- "$T/$name"
		cd "$T/$name"
		run pyvern use 3.12
		[ "$status" -eq 0 ]
		[ "$(cat .python-version)" = 3.12 ]
		run pyvern use 3.11
		[ "$status" -eq 3 ]
		[[ $output != *$'\033'* ]]
		has_only . .python-version
	done
}

@test "the working folder is pinned, wherever pins are searched" {
	mkdir "$T/other"
	PYENV_DIR=$T/other pyvern use --quiet 3.12
	[ "$(cat .python-version)" = 3.12 ]
	has_only "$T/other"
	PYENV_DIR=$T/none refuses 2 "cannot change working directory to $T/none" pyvern use 3.12
	[[ $stderr == *"to fix   unset PYENV_DIR" ]]
	mkdir gone
	cd gone
	rmdir "$T/project/gone"
	refuses 1 "the working folder is gone" pyvern use 3.12
}
