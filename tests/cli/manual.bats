#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The manual pages: of every command, with all that its table has, and prose.

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
	pages=$T/prefix/share/man
	prose=$PYVERN_TEST_SOURCE/share/manual
}

# The text of a page, without what roff needs for itself.
plain() {
	sed -e 's/\\f[BIR]//g' -e 's/\\-/-/g' -e 's/\\(aq/'\''/g' -e 's/\\e/\\/g' "$1"
}

@test "every command has a summary, its usage, a page with all its options, prose, completions" {
	for command in $(pyvern commands); do
		page=$pages/man1/pyvern-$command.1
		[ -s "$page" ] || { missing+=" $command:page" && continue; }
		[ -s "$prose/$command.txt" ] || missing+=" share/manual/$command.txt"
		grep -q '^\.SH EXAMPLES' "$page" || missing+=" $command:examples"
		[ "$(pyvern help --usage "$command")" != "" ] || missing+=" $command:usage"
		summary=$(pyvern "$command" --help | sed -n 3p)
		plain "$page" | grep -qxF -- "pyvern-$command - $(tr -d '`' <<<"${summary%.}")" ||
			missing+=" $command:summary"
		for option in $(pyvern completions "$command" | grep '^--'); do
			plain "$page" | grep -q -- "^\(-., \)\?$option\( \|\$\)" ||
				missing+=" $command:$option"
		done
	done
	echo "missing:${missing-}"
	[ -z "${missing-}" ]
}

@test "pages on the program, and on what it is about" {
	for page in man1/pyvern.1 man5/pyvern-pins.5 man5/pyvern-formats.5 man5/pyvern-policy.5 man7/pyvern-environment.7 \
		man7/pyvern-plugins.7; do
		[ "$(grep -c '^\.SH' "$pages/$page")" -ge 2 ]
	done
	for command in $(pyvern commands); do
		plain "$pages/man1/pyvern.1" | grep -qxF ".BR pyvern-$command (1)"
	done
	for key in $(pyvern config list | sed 's/ .*//'); do
		grep -q "$key" <(plain "$pages/man7/pyvern-environment.7")
	done
}

@test "what one page refers to is another page" {
	for page in "$pages"/man?/*; do
		while read -r name section; do
			[ -e "$pages/man$section/$name.$section" ] || missing+=" ${page##*/}:$name($section)"
		done < <(plain "$page" | grep -o 'pyvern[a-z-]* ([1-9])' | tr -d '()')
	done
	echo "missing:${missing-}"
	[ -z "${missing-}" ]
}

@test "mandoc and groff have nothing to say" {
	if command -v mandoc >/dev/null; then
		run mandoc -T lint -W warning "$pages"/man?/*
		# The same sources make the same page on any day.
		[ "$(grep -vc 'missing date' <<<"$output")" -eq 0 ] || { echo "$output" && false; }
	fi
	command -v groff >/dev/null || skip "no groff"
	for page in "$pages"/man?/*; do
		run groff -ww -man -Tutf8 -z "$page"
		[ "$output" = "" ]
	done
}

@test "man shows examples as they are to be typed" {
	command -v man >/dev/null && command -v groff >/dev/null || skip "no man"
	man -l "$pages/man1/pyvern-init.1" >"$T/init" 2>/dev/null || skip "this man shows no file"
	grep -qF 'eval "$(pyvern init -)"                  # by hand, in ~/.bashrc' "$T/init"
	grep -qF 'eval "`pyvern init - tcsh`"' "$T/init"
}

@test "help opens them on a terminal" {
	command -v man >/dev/null && command -v groff >/dev/null || skip "no man"
	command -v script >/dev/null || skip "no script(1) to be a terminal"
	man -l "$pages/man1/pyvern-local.1" >/dev/null 2>&1 || skip "this man shows no file"
	run env TERM=xterm MANPAGER=cat PAGER=cat script -qec "pyvern help local" /dev/null
	[[ $output == *"PYVERN-LOCAL(1)"*"Show or set the versions of this folder"* ]]
}
