#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern update: the root and the plugins that are git checkouts (pyenv.md 10)
# shellcheck disable=SC2154 # run --separate-stderr sets stderr

bats_require_minimum_version 1.5.0
load ../lib/versions

setup() {
	command -v git >/dev/null || skip "there is no git"
	versions_setup
	cp "$PYVERN_TEST_STAGE/libexec/pyvern/pyvern-shim" "$T/shim.new"
	mv "$T/shim.new" "$T/prefix/libexec/pyvern/pyvern-shim"
	unset PYENV_REMOTE PYENV_BRANCH PYVERN_REMOTE PYVERN_BRANCH
	# Upstreams' lists are not asked here: tests/cli/update_catalog.bats.
	export PYVERN_CATALOG_LISTS=none
	mkdir -p "$PYVERN_ROOT/plugins"
	export GIT_CONFIG_GLOBAL=$T/gitconfig GIT_CONFIG_SYSTEM=/dev/null
	git config --file "$GIT_CONFIG_GLOBAL" user.name tester
	git config --file "$GIT_CONFIG_GLOBAL" user.email tester@localhost
	git config --file "$GIT_CONFIG_GLOBAL" init.defaultBranch main
}

# A bare repository NAME with one commit, and a working copy to add more.
upstream() {
	git init --quiet --bare "$T/$1.git"
	git clone --quiet "file://$T/$1.git" "$T/$1-work" 2>/dev/null
	git -C "$T/$1-work" checkout --quiet -b "${2-main}"
	publish "$1" one
}

# A commit that adds FILE.
publish() {
	echo "$2" >"$T/$1-work/$2"
	git -C "$T/$1-work" add "$2"
	git -C "$T/$1-work" commit --quiet -m "$2"
	git -C "$T/$1-work" push --quiet origin HEAD 2>/dev/null
}

# The plugin NAME, checked out from its upstream.
plugin() {
	upstream "$1" "${2-main}"
	git clone --quiet --branch "${2-main}" "file://$T/$1.git" "$PYVERN_ROOT/plugins/$1"
}

short() {
	git -C "$1" rev-parse HEAD | cut -c1-7
}

@test "pyenv.md 10: a plugin goes forward, and a line says from where to where" {
	plugin greet
	publish greet two
	old=$(short "$PYVERN_ROOT/plugins/greet")
	run -0 pyvern update
	new=$(short "$T/greet-work")
	[ "$output" = "~ plugin greet   $old -> $new" ]
	[ -e "$PYVERN_ROOT/plugins/greet/two" ]
	run -0 pyvern update
	[ "$output" = "= plugin greet   $new is the newest of main" ]
	publish greet three
	run -0 pyvern update --quiet
	[ "$output" = "" ]
	[ -e "$PYVERN_ROOT/plugins/greet/three" ]
	run -0 pyvern update --verbose
	[[ $output == *"main"*"= plugin greet   "* ]]
}

@test "pyenv.md 10: tags come, too" {
	plugin greet
	git -C "$T/greet-work" tag v9
	git -C "$T/greet-work" push --quiet --tags origin
	run -0 pyvern update
	git -C "$PYVERN_ROOT/plugins/greet" rev-parse v9
}

@test "pyenv.md 10: the root, if it is a checkout; what we keep in it is no change" {
	upstream pyenv master
	git clone --quiet --branch master "file://$T/pyenv.git" "$T/clone"
	rmdir "$PYVERN_ROOT/plugins" "$PYVERN_ROOT"
	mv "$T/clone" "$PYVERN_ROOT"
	fake_version 3.12.1 tool
	pyvern rehash
	publish pyenv two
	run -0 pyvern update
	[[ $output == "~ root     "*" -> $(short "$T/pyenv-work")" ]]
	[ -e "$PYVERN_ROOT/two" ]
}

@test "pyenv.md 10: then rehash" {
	plugin greet
	fake_version 3.12.1 tool
	[ ! -e "$PYVERN_ROOT/shims/tool" ]
	run -0 pyvern update
	[ -x "$PYVERN_ROOT/shims/tool" ]
}

@test "nothing is a checkout" {
	mkdir "$PYVERN_ROOT/plugins/by-hand"
	run -0 pyvern update
	[ "$output" = "= root     neither it nor a plugin is a git checkout" ]
	PYVERN_ROOT=$T/nowhere run -0 pyvern update
	[ ! -e "$T/nowhere" ]
}

@test "pyenv.md 10: a changed file stays as it is, and the others are updated" {
	plugin dirty
	plugin greet
	publish dirty two
	publish greet two
	echo mine >"$PYVERN_ROOT/plugins/dirty/one"
	run -1 pyvern update
	has_line "! plugin dirty   has changes of yours: one"
	has_line "  to fix   git -C $PYVERN_ROOT/plugins/dirty stash"
	[ "$(cat "$PYVERN_ROOT/plugins/dirty/one")" = mine ]
	[ ! -e "$PYVERN_ROOT/plugins/dirty/two" ]
	[ -e "$PYVERN_ROOT/plugins/greet/two" ]
}

@test "pyenv.md 10: a file that git does not know is no change" {
	plugin greet
	publish greet two
	echo mine >"$PYVERN_ROOT/plugins/greet/notes"
	run -0 pyvern update
	[ -e "$PYVERN_ROOT/plugins/greet/two" ]
}

@test "a detached head, another branch, no remote: each is told" {
	plugin detached
	plugin other
	plugin lonely
	git -C "$PYVERN_ROOT/plugins/detached" checkout --quiet --detach
	git -C "$PYVERN_ROOT/plugins/other" checkout --quiet -b mine
	git -C "$PYVERN_ROOT/plugins/lonely" remote remove origin
	run -1 pyvern update
	has_line "! plugin detached   is on no branch: a commit is checked out"
	has_line "! plugin other   is on the branch mine, and master and main are updated"
	has_line "! plugin lonely   has no remote called origin"
}

@test "pyenv.md 10: PYENV_REMOTE and PYENV_BRANCH" {
	plugin greet next
	run -1 pyvern update
	has_line "! plugin greet   is on the branch next, and master and main are updated"
	publish greet two
	git -C "$PYVERN_ROOT/plugins/greet" remote rename origin elsewhere
	PYENV_BRANCH=next PYENV_REMOTE=elsewhere run -0 pyvern update
	[ -e "$PYVERN_ROOT/plugins/greet/two" ]
	PYENV_BRANCH=main PYENV_REMOTE=elsewhere run -1 pyvern update
	has_line "! plugin greet   is on the branch next, and PYENV_BRANCH is updated"
}

# The name of a remote is a word of git's command line.
@test "a remote that looks like an option is no remote" {
	plugin greet
	PYENV_REMOTE=--upload-pack=touch$T/owned run -1 pyvern update
	has_line "! plugin greet   has no remote called --upload-pack=touch$T/owned"
}

@test "commits of one's own are never merged" {
	plugin greet
	publish greet two
	echo mine >"$PYVERN_ROOT/plugins/greet/mine"
	git -C "$PYVERN_ROOT/plugins/greet" add mine
	git -C "$PYVERN_ROOT/plugins/greet" commit --quiet -m mine
	old=$(short "$PYVERN_ROOT/plugins/greet")
	run -1 pyvern update
	[[ $output == *"! plugin greet   has commits that origin/main has not"* ]]
	[ "$(short "$PYVERN_ROOT/plugins/greet")" = "$old" ]
}

@test "a server that is not there" {
	plugin greet
	rm -rf -- "${T:?}/greet.git"
	run -1 pyvern update
	has_line "! plugin greet   nothing could be fetched from origin"
	has_line "  to fix   git -C $PYVERN_ROOT/plugins/greet fetch"
}

# git goes on upwards, and would have found the root's checkout.
@test "a plugin whose .git is broken does not lead to the root's" {
	upstream pyenv
	git clone --quiet "file://$T/pyenv.git" "$T/clone"
	rmdir "$PYVERN_ROOT/plugins" "$PYVERN_ROOT"
	mv "$T/clone" "$PYVERN_ROOT"
	mkdir -p "$PYVERN_ROOT/plugins/broken/.git"
	run -1 pyvern update
	has_line "! plugin broken   git cannot read it"
	[[ $output == *"= root     "* ]]
}

# git's own hooks have it set.
@test "GIT_DIR does not say which checkout is meant" {
	plugin greet
	plugin other
	publish greet two
	GIT_DIR=$PYVERN_ROOT/plugins/other/.git run -0 pyvern update
	[ -e "$PYVERN_ROOT/plugins/greet/two" ]
	[ ! -e "$PYVERN_ROOT/plugins/other/two" ]
}

@test "there is no git" {
	plugin greet
	mkdir "$T/bin"
	PATH=$T/prefix/bin:$T/bin run -1 pyvern update
	has_line "pyvern: there is no git on PATH, and update asks it"
}

# conda has a git.
@test "a shim called git is not asked" {
	plugin greet
	fake_version 3.12.1 git
	pyvern rehash
	PATH=$PYVERN_ROOT/shims:$PATH run -0 pyvern update
	[[ $output == "= plugin greet   "* ]]
}
