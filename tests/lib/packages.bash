# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154,SC2317 # the tests have these variables, bats sets output
# Small Pythons that can be had, and a home and a root of the test's own, without a network:
# what tests of the commands that install start from. Source it with `load ../lib/packages`.

# fake KIND NAME [OPTION...]: tests/lib/fake-KIND.sh makes a package in $PKG, and prints its
# line of a catalogue.
fake() {
	sh "$PYVERN_TEST_SOURCE/tests/lib/fake-$1.sh" "$2" "$PKG" "${@:3}"
}

# For setup_file. packages WORDS...: a package for each WORDS ("standalone 9.9.1 noise=20"),
# as `fake` takes them, and the catalogue of all: $PKG/fake.tsv. unlisted_packages: without it.
packages() {
	unlisted_packages "$@"
	{
		echo '# pyvern catalogue 1'
		cat "$PKG/rows"
	} >"$PKG/fake.tsv"
}

unlisted_packages() {
	local words each
	export PKG=$BATS_FILE_TMPDIR/pkg
	mkdir -p "$PKG"
	for each; do
		read -ra words <<<"$each"
		fake "${words[@]}"
	done >"$PKG/rows"
}

# Nothing of what the caller's shell says of pyvern, pyenv and builds.
forget_environment() {
	local name
	for name in "${!PYENV_@}" "${!_PYENV_@}" "${!PYVERN_@}" "${!PYTHON_@}"; do
		case $name in
		PYVERN_TEST_* | PYVERN_REAL_ROOT | PYVERN_BATTERY) ;;
		*) unset "$name" ;;
		esac
	done
	unset CONFIGURE_OPTS MAKE_OPTS MAKEOPTS MAKE_INSTALL_OPTS CONFIG_SITE
	unset CFLAGS CPPFLAGS LDFLAGS CC OPT SOURCE_DATE_EPOCH XDG_CACHE_HOME
	unset CCACHE_DISABLE CCACHE_REMOTE_STORAGE CCACHE_PREFIX CCACHE_DIR
}

# own_root [ROOT]: for setup. The home $T/home, where the test is then, and the root ROOT
# ($T/root), whose catalogue has the packages.
own_root() {
	T=$BATS_TEST_TMPDIR
	forget_environment
	export T HOME=$T/home PYVERN_ROOT=${1-$T/root} NO_COLOR=1
	export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.state
	# No test asks this system's mirror.
	export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 no_proxy=127.0.0.1
	export PATH=$PYVERN_TEST_STAGE/bin:/usr/bin:/bin
	versions=$PYVERN_ROOT/versions
	mkdir -p "$HOME" "$PYVERN_ROOT/catalog"
	[ ! -e "${PKG-}/fake.tsv" ] || cp "$PKG/fake.tsv" "$PYVERN_ROOT/catalog/"
	cd "$HOME" || return
}

# For teardown: nothing that a test has started ($child) goes on, whatever the test's end was.
kill_child() {
	if [ -n "${child-}" ]; then kill -KILL "$child" 2>/dev/null || true; fi
}

# run_pyvern STATUS ARG...: it ends so, and asks nobody; its lines are in $output.
run_pyvern() {
	run "-$1" pyvern "${@:2}" </dev/null
	echo "$output"
}

has() {
	[[ $output == *"$1"* ]] || {
		printf 'not in it: %s\n' "$1"
		return 1
	}
}

# (`! has` would be true for bats whatever it says.)
has_not() {
	[[ $output != *"$1"* ]] || {
		printf 'in it: %s\n' "$1"
		return 1
	}
}

# stderr is exactly these lines.
says() {
	local expected
	expected=$(printf '%s\n' "$@")
	[ "$stderr" = "$expected" ]
}

# only_versions NAME...: versions/ has these names, aliases among them, and no others; no
# stage is left. only_folders: the same, links left out.
only_versions() {
	only_names '*' "$@"
}

only_folders() {
	only_names '[!l]' "$@"
}

only_names() {
	local have
	have=$(find "$PYVERN_ROOT/versions" -mindepth 1 -maxdepth 1 -printf '%y %f\n' 2>/dev/null |
		while read -r type name; do
			# shellcheck disable=SC2254 # a pattern
			case $type in $1) echo "$name" ;; esac
		done | sort | tr '\n' ' ')
	echo "versions: $have"
	[ "$have" = "${*:2}${2:+ }" ] || return
	[ -z "$(ls -A "$PYVERN_ROOT/.staging" 2>/dev/null)" ]
}

# No version is there, no alias, and no stage.
nothing_made() {
	[ -z "$(ls -A "$PYVERN_ROOT/versions" 2>/dev/null)" ] || return
	[ -z "$(ls -A "$PYVERN_ROOT/.staging" 2>/dev/null)" ]
}

# Wait (10 s at most) until the log of a running build has TEXT.
wait_for_log() {
	for _ in $(seq 100); do
		if cat "$PYVERN_ROOT"/logs/*.log 2>/dev/null | grep -q -e "$1"; then return 0; fi
		sleep 0.1
	done
	return 1
}
