# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# A home and a root with small Pythons, for the battery: what a command starts from, and
# what must hold whatever happened to it. Source it with `load ../lib/battery-ground`.

# shellcheck source=tests/lib/packages.bash
. "$PYVERN_TEST_SOURCE/tests/lib/packages.bash"
# shellcheck source=tests/lib/faults.bash
. "$PYVERN_TEST_SOURCE/tests/lib/faults.bash"

# ground: 9.9.1, 9.9.2 (standalone builds) and 9.8.1 (a source) can be had; nothing is there.
ground() {
	own_root "$BATS_TEST_TMPDIR/home/.pyenv"
	export versions PKG=$T/pkg
	mkdir -p "$HOME/project" "$PKG"
	{
		echo '# pyvern catalogue 1'
		fake standalone 9.9.1 noise=20
		fake standalone 9.9.2 noise=20
		fake cpython 9.8.1
	} >"$PYVERN_ROOT/catalog/fake.tsv"
	cd "$HOME/project" || return
}

# What is there now is what each run starts from.
keep_ground() {
	rm -rf "${T:?}/kept"
	cp -a "$HOME" "$T/kept"
}

make_place() {
	cd "$T" || return
	rm -rf "${T:?}/home"
	cp -a "$T/kept" "$T/home"
	cd "$HOME/project" || return
}

is_not() {
	! "$@"
}

# Each version that is there is whole: it is what its manifest says, and it runs.
versions_are_whole() {
	local name
	is "versions cannot be listed" pyvern versions --bare || return
	is "half a version" pyvern verify || return
	for name in "$versions"/*/; do
		name=${name%/}
		if [ -L "$name" ] || [ ! -e "$name" ]; then continue; fi
		is "${name##*/} does not run" "$name/bin/python" -V || return
	done
}

# The command says why it fails; or the system's loader does, before there is a command.
says_why() {
	grep -q -e '^pyvern: .' -e 'error while loading shared libraries: .' "$T/said"
}

# The command ended as one may that something happened to.
ended_well() {
	is "hangs" [ "$1" -ne 124 ] || return
	[ "$1" -eq 0 ] || [ "$1" -ge 128 ] || is "fails without a word" says_why
}

# All names below the home, with what they are; but for the locks, which stay for good, and
# for configure's answers, which are kept by builds that could learn all about their compiler.
all_names() {
	find "$HOME" \( \( -path "*/.locks/*" -o -name .answers \) -prune \) -o -printf '%P %y %l\n' | sort
}

# As if a month had passed for what is half done and for logs; nothing else gets older.
wait_a_month() {
	find "$HOME" \( -name '.tmp-*' -o -name '.pyvern-new-*' -o -path '*/logs/*' \) \
		-exec touch -h -d '40 days ago' {} +
}

# Nothing is left that a run would not leave which nothing happened to.
nothing_is_left() {
	wait_for_orphans
	wait_a_month
	is "gc" pyvern gc --yes || return
	all_names >"$T/names"
	is "is left or lacks" diff "$T/expected" "$T/names"
}
