/* SPDX-License-Identifier: MIT */
/* Which package manager this is, and what it would be told. */
#include <config.h>

#include "folder.h"

#include "core/toolchain.h"

/* Programs called NAMES (blank-separated) in F, as the only ones of PATH. */
static void
make_programs(const struct folder *f, const char *names)
{
	struct str rest = str_from(names);
	struct str word;

	while (str_word(&rest, &word)) {
		cleanup_free char *name = mem_strndup(word.p, word.n);
		struct err err = { 0 };

		assert_ok(fs_create_file(&f->dir, name, STR_LIT("#!/bin/sh\n"), 0755, &err), &err);
	}
	setenv("PATH", f->path, 1);
}

static void
the_distribution_names_its_package_manager(void **state)
{
	static const struct {
		const char *release;
		enum package_manager manager;
	} rows[] = {
		{ "ID=debian\n", PACKAGES_APT },
		{ "NAME=x\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", PACKAGES_APT },
		/* Fedora has a program called apt, too. */
		{ "ID=fedora\nVERSION_ID=40\n", PACKAGES_DNF },
		{ "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", PACKAGES_DNF },
		{ "ID_LIKE='suse opensuse'\nID=\"opensuse-leap\"\n", PACKAGES_ZYPPER },
		{ "ID=alpine\n", PACKAGES_APK },
		{ "ID=manjaro\nID_LIKE=arch\n", PACKAGES_PACMAN },
		/* Its own is not here: what is. */
		{ "ID=freebsd\n", PACKAGES_APT },
		{ "ID=nobody\n", PACKAGES_APT },
		{ "ID=\"debian\n\nID\n=\nID_LIKE=\"\n", PACKAGES_APT },
		{ "", PACKAGES_APT },
	};
	const struct folder *f = *state;

	make_programs(f, "brew apt dnf yum zypper apk pacman");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(toolchain_packages_of(str_from(rows[i].release), f->path),
				 rows[i].manager);
	assert_int_equal(toolchain_packages_of(str_from("ID=debian\n"), "/nonexistent"),
			 PACKAGE_MANAGERS);
	assert_int_equal(toolchain_packages_of(str_from("ID=debian\n"), NULL), PACKAGE_MANAGERS);
}

static void
the_command_is_the_machines(void **state)
{
	const struct toolchain_part *both[] = { &toolchain_parts[0], &toolchain_parts[3] };
	cleanup_free char *yum = NULL;
	cleanup_free char *brew = NULL;
	cleanup_free char *pkg = NULL;

	make_programs(*state, "yum");
	assert_string_equal(toolchain_parts[0].name, "ssl");
	assert_string_equal(toolchain_parts[3].name, "sqlite3");
	yum = toolchain_fix(PACKAGES_DNF, both, 2);
	assert_non_null(strstr(yum, "yum install openssl-devel sqlite-devel"));
	brew = toolchain_fix(PACKAGES_BREW, both, 2);
	assert_string_equal(brew, "brew install openssl@3 sqlite");
	/* In FreeBSD, ssl is no package. */
	assert_null(toolchain_fix(PACKAGES_PKG, both, 2));
	pkg = toolchain_fix(PACKAGES_PKG, both + 1, 1);
	assert_non_null(strstr(pkg, "pkg install sqlite3"));
	assert_null(toolchain_fix(PACKAGE_MANAGERS, both, 2));
}

/* Each package of each manager is a word, and each part has one for most of them. */
static void
the_table_is_whole(void **state)
{
	(void)state;
	for (const struct toolchain_part *part = toolchain_parts; part->name; part++) {
		size_t known = 0;

		assert_true(part->header && part->call && part->flags && part->without);
		for (size_t i = 0; i < PACKAGE_MANAGERS; i++) {
			known += part->packages[i] != NULL;
			assert_true(!part->packages[i] ||
				    !strpbrk(part->packages[i], " \t;&|$'\""));
		}
		assert_true(known >= PACKAGES_BREW);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_distribution_names_its_package_manager,
						folder_setup, folder_teardown),
		cmocka_unit_test_setup_teardown(the_command_is_the_machines, folder_setup,
						folder_teardown),
		cmocka_unit_test(the_table_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
