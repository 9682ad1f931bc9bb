#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern uninstall

load ../lib/versions

setup() {
	versions_setup
}

# Answer TEXT to the question of a command on a terminal.
answer() {
	command -v script >/dev/null || skip "script(1) makes the terminal"
	local text=$1
	shift
	run script -qec "$*" /dev/null <<<"$text"
}

@test "a whole name, or a beginning that only one has" {
	fake_version 3.8.20 oldest
	fake_version 3.11.4
	pyvern rehash
	run pyvern uninstall --yes 3.8
	[ "$status" -eq 0 ]
	[[ $output =~ ^-\ 3.8.20\ +[0-9.]+\ [kM]?B\ freed$ ]]
	[ ! -e "$PYVERN_ROOT/versions/3.8.20" ]
	[ ! -e "$PYVERN_ROOT/shims/oldest" ]
	run pyvern uninstall --yes 3.11.4
	[ "$status" -eq 0 ]
	[ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]
}

@test "several that begin so are named, and none goes" {
	fake_version 3.11.4
	fake_version 3.11.13
	run pyvern uninstall --yes 3.11
	[ "$status" -eq 2 ]
	has_line "pyvern: 3.11 can be 2 versions here"
	has_line "  installed  3.11.4, 3.11.13"
	[ -e "$PYVERN_ROOT/versions/3.11.4" ]
}

@test "what is not installed is named with the nearest" {
	fake_version 3.11.4
	fake_version 2.7.18
	run pyvern uninstall --yes 3.11.14
	[ "$status" -eq 3 ]
	has_line "pyvern: 3.11.14 is not installed"
	has_line "  nearest  3.11.4"
	run pyvern uninstall --yes pypy3.11
	[ "$status" -eq 3 ]
	has_line "  installed  2.7.18, 3.11.4"
}

@test "nothing goes before all names are known" {
	fake_version 3.11.4
	run pyvern uninstall --yes 3.11.4 3.99
	[ "$status" -eq 3 ]
	[ -e "$PYVERN_ROOT/versions/3.11.4" ]
}

@test "hostile names are harmless" {
	fake_version 3.12.1
	mkdir "$T/precious"
	for name in 3.12/ 3.12.1/ .. ../versions ../../precious /etc "" . .staging system \
		3.12.1/envs/.. 3.12.1/../3.12.1 "$(printf 'a\nb')" "$(printf 'a\033[2Jb')"; do
		run pyvern uninstall --yes --force -- "$name"
		[ "$status" -eq 2 ]
		[[ $output != *$'\033'* ]]
	done
	run pyvern uninstall --yes --force -- -x
	[ "$status" -eq 2 ]
	run pyvern uninstall --yes --force -x
	[ "$status" -eq 2 ]
	[ -x "$PYVERN_ROOT/versions/3.12.1/bin/python" ]
	[ -d "$T/precious" ]
}

@test "without a terminal a yes is needed" {
	fake_version 3.12.11
	run pyvern uninstall 3.12 </dev/null
	[ "$status" -eq 2 ]
	has_line "pyvern: uninstall 3.12.11 needs a yes, and there is no terminal to ask"
	has_line "  to fix   --yes"
	[ -e "$PYVERN_ROOT/versions/3.12.11" ]
}

@test "on a terminal it asks, and no is the default" {
	fake_version 3.12.11
	answer "" pyvern uninstall 3.12
	[ "$status" -eq 1 ]
	[[ $output == *"Remove 3.12.11? "*" [y/N]"* ]]
	[ -e "$PYVERN_ROOT/versions/3.12.11" ]
	answer y pyvern uninstall 3.12
	[ "$status" -eq 0 ]
	[ ! -e "$PYVERN_ROOT/versions/3.12.11" ]
}

@test "environments in it are protected; --force takes them along" {
	fake_version 3.12.1
	fake_env 3.12.1 shop
	run pyvern uninstall --yes 3.12
	[ "$status" -eq 6 ]
	has_line "pyvern: 3.12.1 is in use"
	has_line "  environments  3.12.1/envs/shop"
	[ -e "$PYVERN_ROOT/versions/shop" ]
	run pyvern uninstall --yes --force 3.12
	[ "$status" -eq 0 ]
	[ -z "$(ls "$PYVERN_ROOT/versions")" ]
}

@test "of a link, only the link goes; a named environment goes with its link" {
	fake_version 3.12.1
	fake_env 3.12.1 shop
	mkdir -p "$T/brew/bin"
	ln -s "$T/brew" "$PYVERN_ROOT/versions/brew"
	ln -s 3.12.1/envs/shop "$PYVERN_ROOT/versions/work"
	run pyvern uninstall --yes work brew
	[ "$status" -eq 0 ]
	has_line "- work     the link to 3.12.1/envs/shop"
	[ -d "$PYVERN_ROOT/versions/3.12.1/envs/shop" ]
	[ -d "$T/brew/bin" ]
	run pyvern uninstall --yes shop
	[ "$status" -eq 0 ]
	[ ! -e "$PYVERN_ROOT/versions/3.12.1/envs/shop" ]
	[ ! -L "$PYVERN_ROOT/versions/shop" ]
	[ -x "$PYVERN_ROOT/versions/3.12.1/bin/python" ]
}

@test "a link inside a version is never followed" {
	fake_version 3.12.1
	mkdir "$T/precious"
	touch "$T/precious/file"
	ln -s "$T/precious" "$PYVERN_ROOT/versions/3.12.1/way-out"
	pyvern uninstall --yes 3.12.1
	[ -e "$T/precious/file" ]
}

@test "pins that ask for what is gone are named" {
	fake_version 3.12.1
	fake_version 3.11.4
	echo 3.12.1 >"$PYVERN_ROOT/version"
	echo 3.11 >.python-version
	run pyvern uninstall --yes 3.12.1 3.11.4
	[ "$status" -eq 0 ]
	[[ $output == *"! global "*"asks for 3.12.1, which is not installed any more"* ]]
	[[ $output == *"! pin "*".python-version asks for 3.11, which is not installed any more"* ]]
}

@test "--quiet shows only what needs somebody" {
	fake_version 3.12.1
	fake_version 3.11.4
	run pyvern uninstall --yes --quiet 3.12
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	echo 3.11 >"$PYVERN_ROOT/version"
	run pyvern uninstall --yes --quiet 3.11
	[[ $output == "! global "*"to fix   pyvern global VERSION" ]]
}

@test "a dry run only tells" {
	fake_version 3.12.1
	run pyvern uninstall --dry-run 3.12
	[ "$status" -eq 0 ]
	[[ $output == "- 3.12.1 "*" would be freed" ]]
	[ -e "$PYVERN_ROOT/versions/3.12.1" ]
}

@test "a root that cannot be written says who cannot" {
	fake_version 3.12.1
	pyvern rehash
	mkdir "$PYVERN_ROOT/.staging"
	with_read_only_root pyvern uninstall --yes 3.12.1
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == "pyvern: cannot uninstall 3.12.1: "*" is not writable for user "* ]]
	[ -e "$PYVERN_ROOT/versions/3.12.1" ]
}

@test "a root that all may write is refused" {
	fake_version 3.12.1
	chmod 777 "$PYVERN_ROOT"
	run pyvern uninstall --yes 3.12.1
	[ "$status" -eq 6 ]
	[ -e "$PYVERN_ROOT/versions/3.12.1" ]
}

@test "versions on another file system are removed through a stage of their own" {
	mkdir "$PYVERN_ROOT" "$PYVERN_ROOT/versions"
	need_own_mounts
	# shellcheck disable=SC2016 # the other shell expands it
	run "${own_mounts[@]}" sh -c '
		mount -t tmpfs none "$PYVERN_ROOT/versions" || exit 99
		mkdir -p "$PYVERN_ROOT/versions/3.12.1/bin" &&
		pyvern uninstall --yes 3.12.1 &&
		ls -A "$PYVERN_ROOT/versions" "$PYVERN_ROOT/versions/.staging"'
	[ "$status" -ne 99 ] || skip "mount is refused here"
	[ "$status" -eq 0 ]
	[[ $output != *"3.12.1/"* ]]
	has_line ".staging"
	[ "${lines[${#lines[@]} - 1]}" = "$PYVERN_ROOT/versions/.staging:" ]
}

# The alias and the shims stayed, and led nowhere.
@test "files that cannot be deleted leave nothing behind that leads to them" {
	fake_version 3.12.1 black
	fake_version 3.11.4
	pyvern rehash
	mkdir -p "$PYVERN_ROOT/versions/3.12.1/$(printf 'd/%.0s' {1..210})"
	ln -s 3.12.1/bin "$PYVERN_ROOT/versions/tools"
	run pyvern uninstall --yes 3.12 3.11
	[ "$status" -eq 1 ]
	has_line "pyvern: 3.12.1 is gone, but not all of its files: cannot remove $(echo \
		"$PYVERN_ROOT"/.staging/*/trash): it is deeper than 200 folders"
	[ -z "$(find "$PYVERN_ROOT/versions" -name '3.12*' -o -name tools)" ]
	[ ! -e "$PYVERN_ROOT/shims/black" ]
	[ -e "$PYVERN_ROOT/versions/3.11.4" ]
}

@test "what an uninstall that was cut short left goes with the next" {
	fake_version 3.12.1
	mkdir -p "$PYVERN_ROOT/.staging/abcdefabcdef/trash/bin"
	run pyvern uninstall --yes 3.12
	[ "$status" -eq 0 ]
	[ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]
}

@test "temporary files of who was killed go, too; young ones may be somebody's" {
	fake_version 3.12.1
	pyvern rehash
	ln -s nowhere "$PYVERN_ROOT/versions/.tmp-LINK56789012"
	touch "$PYVERN_ROOT/.tmp-abcdefabcdef" "$PYVERN_ROOT/.tmp-mine"
	touch -h -d '2 minutes ago' "$PYVERN_ROOT"/.tmp-* "$PYVERN_ROOT"/versions/.tmp-*
	touch "$PYVERN_ROOT/.tmp-FRESH6789012"
	run pyvern uninstall --yes 3.12
	[ "$status" -eq 0 ]
	[ -e "$PYVERN_ROOT/.tmp-FRESH6789012" ] && [ -e "$PYVERN_ROOT/.tmp-mine" ]
	[ "$(find "$PYVERN_ROOT" -name '.tmp-*' | wc -l)" -eq 2 ]
}

# The same root under the other name: whole names, questions answered by a line.
as_pyenv() {
	mkdir -p "$PYVERN_ROOT"
	echo pyenv >"$PYVERN_ROOT/face"
}

# A hook of `uninstall`: bash from standard input.
hook() {
	mkdir -p "$PYVERN_ROOT/pyenv.d/uninstall"
	cat >"$PYVERN_ROOT/pyenv.d/uninstall/$1.bash"
}

@test "pyenv.md 6: only a line that says yes removes" {
	as_pyenv
	fake_version 3.9.1 oldest
	pyvern rehash
	for answer in n '' Yes 'y ' yess; do
		run --separate-stderr -1 pyvern uninstall 3.9.1 <<<"$answer"
		[ -z "$output$stderr" ]
	done
	run -1 pyvern uninstall 3.9.1 </dev/null
	[ -e "$PYVERN_ROOT/versions/3.9.1" ]
	run --separate-stderr pyvern uninstall 3.9.1 <<<yes
	[ "$status" -eq 0 ]
	[ "$output" = "pyenv: 3.9.1 uninstalled" ]
	[ -z "$stderr" ]
	[ ! -e "$PYVERN_ROOT/versions/3.9.1" ]
	[ ! -e "$PYVERN_ROOT/shims/oldest" ]
}

@test "pyenv.md 6: the question is shown on a terminal" {
	as_pyenv
	fake_version 3.9.1
	answer n pyvern uninstall 3.9.1
	[ "$status" -eq 1 ]
	[[ $output == *"pyenv: remove $PYVERN_ROOT/versions/3.9.1? (y/N) "* ]]
}

@test "pyenv.md 6: whole names only; the last part of a path is one" {
	as_pyenv
	fake_version 3.9.1
	run --separate-stderr -0 pyvern uninstall -f 3.9
	[ -z "$output$stderr" ]
	[ -e "$PYVERN_ROOT/versions/3.9.1" ]
	run -1 pyvern uninstall 3.9 <<<y
	[ "$output" = "pyenv: version \`3.9' not installed" ]
	run pyvern uninstall -f "$PYVERN_ROOT/versions/3.9.1"
	[ "$output" = "pyenv: 3.9.1 uninstalled" ]
}

@test "pyenv.md 6: with -f what is missing is fine, without nothing is removed" {
	as_pyenv
	fake_version 3.9.1
	fake_version 3.10.1
	run --separate-stderr -1 pyvern uninstall 3.9.1 4.4 <<<$'y\ny'
	[ "$stderr" = "pyenv: version \`4.4' not installed" ]
	[ -e "$PYVERN_ROOT/versions/3.9.1" ]
	run pyvern uninstall -f 3.10.1 4.4 3.9.1
	[ "$status" -eq 0 ]
	is_same "$output" "pyenv: 3.10.1 uninstalled" "pyenv: 3.9.1 uninstalled"
}

is_same() {
	local text=$1
	shift
	[ "$text" = "$(printf '%s\n' "$@")" ]
}

@test "pyenv.md 0, 6: no versions folder goes with 3.12/, and no usage either" {
	as_pyenv
	fake_version 3.12.1
	for words in '' '""' '-x' '3.12.1 -x' '3.12.1 ""' 3.12/ 3.12.1/; do
		eval "run -1 pyvern uninstall $words <<<y"
		[ "${lines[0]}" = "Usage: pyenv uninstall [-f|--force] <version> ..." ]
	done
	for word in .. . .staging "$(printf 'a\nb')"; do
		run -1 pyvern uninstall -f "$word"
	done
	[ -x "$PYVERN_ROOT/versions/3.12.1/bin/python" ]
}

@test "pyenv.md 6: environments inside a version are asked about, one by one" {
	as_pyenv
	fake_version 3.12.1
	fake_env 3.12.1 shop
	fake_env 3.12.1 till
	run -1 pyvern uninstall 3.12.1 <<<$'y\ny'
	run -1 pyvern uninstall 3.12.1 <<<$'y\nn\ny'
	[ -e "$PYVERN_ROOT/versions/till/bin" ]
	run pyvern uninstall 3.12.1 <<<$'y\ny\ny'
	[ "$status" -eq 0 ]
	[ -z "$(ls "$PYVERN_ROOT/versions")" ]
	fake_version 3.12.1
	fake_env 3.12.1 shop
	run pyvern uninstall --force 3.12.1
	[ -z "$(ls "$PYVERN_ROOT/versions")" ]
}

@test "pyenv.md 6: an environment goes by its long name and by its link" {
	as_pyenv
	fake_version 3.12.1
	fake_env 3.12.1 shop
	run pyvern uninstall 3.12.1/envs/shop <<<y
	[ "$output" = "pyenv: shop uninstalled" ]
	[ "$(ls "$PYVERN_ROOT/versions" "$PYVERN_ROOT/versions/3.12.1/envs")" = "\
$PYVERN_ROOT/versions:
3.12.1

$PYVERN_ROOT/versions/3.12.1/envs:" ]
	fake_env 3.12.1 till
	ln -sfn "$PYVERN_ROOT/versions/3.12.1/envs/till" "$PYVERN_ROOT/versions/till"
	run pyvern uninstall -f till
	[ ! -e "$PYVERN_ROOT/versions/3.12.1/envs/till" ]
	[ ! -L "$PYVERN_ROOT/versions/till" ]
}

# pyenv removes what has the short name, whatever it is.
@test "a long name is that environment, not another one called so" {
	as_pyenv
	fake_version 3.12.1
	fake_version 3.9.1
	fake_env 3.12.1 shop
	fake_version 3.9.1/envs/shop
	run pyvern uninstall -f 3.9.1/envs/shop
	[ ! -e "$PYVERN_ROOT/versions/3.9.1/envs/shop" ]
	[ -e "$PYVERN_ROOT/versions/shop/bin" ]
}

@test "pyenv.md 6: of any other link, only the link goes" {
	as_pyenv
	mkdir -p "$T/brew/bin" "$PYVERN_ROOT/versions"
	ln -s "$T/brew" "$PYVERN_ROOT/versions/brew"
	run pyvern uninstall brew <<<y
	[ "$output" = "pyenv: brew uninstalled" ]
	[ -d "$T/brew/bin" ]
	[ ! -L "$PYVERN_ROOT/versions/brew" ]
}

@test "pyenv.md 5, 6: hooks, before and after, in one shell" {
	as_pyenv
	fake_version 3.9.1
	fake_version 3.10.1
	hook see <<-'END'
		seen() {
			echo "$1: $DEFINITION $VERSION_NAME ${PREFIX#$PYENV_ROOT/} force=${FORCE-unset}" \
				"kept=$kept $([ -d "$PREFIX" ] && echo there)"
		}
		before_uninstall 'kept=$DEFINITION; seen before'
		after_uninstall 'seen after'
	END
	run pyvern uninstall 3.9.1 x/3.10.1 <<<$'y\ny'
	[ "$status" -eq 0 ]
	is_same "$output" \
		"before: 3.9.1 3.9.1 versions/3.9.1 force=unset kept=3.9.1 there" \
		"pyenv: 3.9.1 uninstalled" \
		"after: 3.9.1 3.9.1 versions/3.9.1 force=unset kept=3.9.1 " \
		"before: x/3.10.1 3.10.1 versions/3.10.1 force=unset kept=x/3.10.1 there" \
		"pyenv: 3.10.1 uninstalled" \
		"after: x/3.10.1 3.10.1 versions/3.10.1 force=unset kept=x/3.10.1 "
	run pyvern uninstall -f 4.4
	[[ $output == "before: 4.4 4.4 versions/4.4 force=true kept=4.4 "* ]]
}

@test "pyenv.md 5: a hook may keep a version, or end the command" {
	as_pyenv
	fake_version 3.9.1
	hook keep <<<"before_uninstall 'echo no; exit 3'"
	run -3 pyvern uninstall -f 3.9.1
	[ "$output" = no ]
	[ -e "$PYVERN_ROOT/versions/3.9.1" ]
	hook keep <<<"before_uninstall 'PREFIX=\$HOME'"
	run -1 pyvern uninstall -f 3.9.1
	[[ $output == *"a hook wants $HOME removed, which is no version"* ]]
	[ -e "$HOME" ]
	[ -e "$PYVERN_ROOT/versions/3.9.1" ]
}

@test "hooks of the other face" {
	fake_version 3.9.1
	hook see <<<"before_uninstall 'echo before \$VERSION_NAME'; after_uninstall 'echo after'"
	run --separate-stderr pyvern uninstall --yes 3.9
	[ "$status" -eq 0 ]
	[ "$output" = $'before 3.9.1\nafter' ]
	fake_version 3.9.1
	hook see <<<"before_uninstall 'exit 4'"
	run -4 pyvern uninstall --yes 3.9
	[ -e "$PYVERN_ROOT/versions/3.9.1" ]
}
