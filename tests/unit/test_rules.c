/* SPDX-License-Identifier: MIT */
/* Policy files: what a line means, which of two counts, what is not understood. */
#include <config.h>

#include "unit.h"

#include "core/rules.h"

#define SYSTEM "/etc/pyvern/policy"
#define USER "/home/u/.config/pyvern/policy"

static struct rules *
made(const char *system, const char *user)
{
	struct rules *rules = rules_new();
	struct err err = { 0 };

	if (system)
		assert_ok(rules_add(rules, SYSTEM, str_from(system), &err), &err);
	if (user)
		assert_ok(rules_add(rules, USER, str_from(user), &err), &err);
	return rules;
}

/* "PATH:LINE", or "" */
static const char *
shown(const struct rules_line *line)
{
	static char text[128];

	text[0] = '\0';
	if (line->path)
		(void)snprintf(text, sizeof(text), "%s:%u", line->path, line->number);
	return text;
}

static void
what_must_vouch(void **state)
{
	static const struct {
		const char *system;
		const char *user;
		enum rules_source source;
		enum rules_level level;
		const char *line;
	} rows[] = {
		{ NULL, NULL, RULES_STANDALONE, RULES_ANY, "" },
		{ "", "", RULES_FILE, RULES_ANY, "" },
		{ "require file sha256\n", NULL, RULES_FILE, RULES_SHA256, SYSTEM ":1" },
		{ "require file sha256\n", NULL, RULES_BRANCH, RULES_ANY, "" },
		{ "# all\n\nrequire * signature # but\n", NULL, RULES_OTHER, RULES_SIGNATURE,
		  SYSTEM ":3" },
		/* One source's own line comes before that of all, wherever it stands. */
		{ "require * refuse\nrequire cpython-source signature\n", NULL,
		  RULES_CPYTHON_SOURCE, RULES_SIGNATURE, SYSTEM ":2" },
		{ "require pypy any\nrequire * refuse", NULL, RULES_PYPY, RULES_ANY, "" },
		{ "require * refuse\nrequire cpython-source signature\n", NULL, RULES_PYPY,
		  RULES_REFUSE, SYSTEM ":1" },
		/* A user's rules are stricter, or nothing. */
		{ "require conda refuse", "require conda any", RULES_CONDA, RULES_REFUSE,
		  SYSTEM ":1" },
		{ "require conda sha256", "require * refuse", RULES_CONDA, RULES_REFUSE,
		  USER ":1" },
		{ "require graalpy signature", "require graalpy signature", RULES_GRAALPY,
		  RULES_SIGNATURE, SYSTEM ":1" },
		{ NULL, "\trequire\tdefinition  refuse\r\n", RULES_DEFINITION, RULES_REFUSE,
		  USER ":1" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_rules struct rules *rules = made(rows[i].system, rows[i].user);
		struct rules_line line;

		if (rules_level(rules, rows[i].source, &line) != rows[i].level ||
		    strcmp(shown(&line), rows[i].line) != 0)
			fail_msg("row %zu: %s by %s", i,
				 rules_level_word(rules_level(rules, rows[i].source, &line)),
				 shown(&line));
	}
}

static void
end_of_life(void **state)
{
	static const struct {
		const char *system;
		const char *user;
		enum rules_end end;
		const char *line;
	} rows[] = {
		{ NULL, NULL, RULES_END_ALLOW, "" },
		{ "end-of-life warn", NULL, RULES_END_WARN, SYSTEM ":1" },
		{ "end-of-life warn", "\nend-of-life refuse", RULES_END_REFUSE, USER ":2" },
		{ "end-of-life refuse", "end-of-life allow", RULES_END_REFUSE, SYSTEM ":1" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_rules struct rules *rules = made(rows[i].system, rows[i].user);
		struct rules_line line;

		assert_int_equal(rules_end_of_life(rules, &line), rows[i].end);
		assert_string_equal(shown(&line), rows[i].line);
	}
}

static void
minimums(void **state)
{
	static const char text[] = "minimum 3.11.4\nminimum 3.9\nminimum pypy3.10-7.3.12\n"
				   "minimum 3.13.0\nminimum graalpy-24.1.0\nminimum pypy3.9\n";
	static const struct {
		const char *version;
		const char *minimum;
	} rows[] = {
		{ "3.11.3", "3.11.4" },
		{ "3.11.3t", "3.11.4" },
		{ "3.11.3-debug", "3.11.4" },
		{ "3.11.4", NULL },
		{ "3.11.10", NULL },
		{ "3.11.0rc1", "3.11.4" },
		{ "3.11-dev", NULL },
		{ "3.8-dev", "3.9" },
		{ "3.8.20", "3.9" },
		{ "2.7.18", "3.9" },
		{ "3.9.0", NULL },
		{ "3.10.1", NULL },
		{ "3.12.0a1", NULL },
		{ "3.13.0rc3", "3.13.0" },
		{ "3.13.0", NULL },
		{ "3.13.0t", NULL },
		/* Of another implementation only its own. */
		{ "pypy3.7-7.3.9", "pypy3.9" },
		{ "pypy3.9-7.3.1", NULL },
		{ "pypy3.10-7.3.11", "pypy3.10-7.3.12" },
		{ "pypy3.10-7.3.12", NULL },
		{ "pypy3.11-7.3.1", NULL },
		{ "graalpy-24.0.9", "graalpy-24.1.0" },
		{ "graalpy-24.1.1", NULL },
		{ "miniforge3-4.9.2", NULL },
		{ "mine", NULL },
	};
	cleanup_rules struct rules *rules = made(NULL, text);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct version v;
		struct rules_line line;
		const char *got;

		assert_true(version_parse(str_from(rows[i].version), &v));
		got = rules_minimum(rules, &v, &line);
		if (strcmp(got ? got : "", rows[i].minimum ? rows[i].minimum : "") != 0)
			fail_msg("%s: below %s", rows[i].version, got ? got : "nothing");
		assert_int_equal(!got, !line.path);
	}
}

static void
hosts(void **state)
{
	static const char text[] = "host www.python.org\nhost *.Example.ORG\nhost 127.0.0.1\n"
				   "host ::1\n";
	static const struct {
		const char *host;
		bool allowed;
	} rows[] = {
		{ "www.python.org", true },
		{ "WWW.Python.Org", true },
		{ "python.org", false },
		{ "www.python.org.", false },
		{ "evilwww.python.org", false },
		{ "a.example.org", true },
		{ "a.b.example.org", true },
		{ "example.org", false },
		{ ".example.org", false },
		{ "badexample.org", false },
		{ "example.org.evil.net", false },
		{ "127.0.0.1", true },
		{ "127.0.0.2", false },
		{ "::1", true },
		{ "", false },
	};
	cleanup_rules struct rules *rules = made(NULL, text);
	cleanup_rules struct rules *both = made("host a.org\nhost b.org", "host b.org\nhost c.org");
	struct rules_line line;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (rules_host(rules, str_from(rows[i].host), &line) != rows[i].allowed)
			fail_msg("%s", rows[i].host);
	/* Both have to allow it. */
	assert_true(rules_host(both, STR_LIT("b.org"), &line));
	assert_false(rules_host(both, STR_LIT("a.org"), &line));
	assert_string_equal(shown(&line), USER ":1");
	assert_false(rules_host(both, STR_LIT("c.org"), &line));
	assert_string_equal(shown(&line), SYSTEM ":1");
	assert_true(rules_host(NULL, STR_LIT("c.org"), &line));
	assert_true(rules_has_hosts(both));
	assert_false(rules_has_hosts(NULL));
}

static void
what_is_not_understood(void **state)
{
	static const struct {
		const char *text;
		const char *message;
	} rows[] = {
		{ "requires * refuse", "p:1: there is no rule requires" },
		{ "\n\nREQUIRE * refuse", "p:3: there is no rule REQUIRE" },
		{ "require", "p:1: require takes a source and a level" },
		{ "require pypy", "p:1: require takes a source and a level" },
		{ "require pypy sha256 please", "p:1: require takes a source and a level" },
		{ "require cpython sha256", "p:1: cpython is no source" },
		{ "require pypy sha512", "p:1: sha512 is no level" },
		{ "require pypy any\nrequire pypy refuse",
		  "p:2: line 1 says what pypy requires, too" },
		{ "end-of-life", "p:1: end-of-life takes one word" },
		{ "end-of-life never", "p:1: never is nothing that can be done with it" },
		{ "end-of-life warn\nend-of-life warn", "p:2: line 1 says so, too" },
		{ "minimum", "p:1: minimum takes one word" },
		{ "minimum 3.11 3.11.4", "p:1: minimum takes one word" },
		{ "minimum mine", "p:1: mine is no version that others could be compared with" },
		{ "minimum 3", "p:1: 3 is no version that others could be compared with" },
		{ "minimum >=3.9", "p:1: >=3.9 is no version that others could be compared with" },
		{ "minimum 3.13.1t",
		  "p:1: 3.13.1t is no version that others could be compared with" },
		{ "minimum 3.13-dev",
		  "p:1: 3.13-dev is no version that others could be compared with" },
		{ "host", "p:1: host takes one word" },
		{ "host https://a.org/",
		  "p:1: https://a.org/ is no host: no scheme, port or path belongs here" },
		{ "host a.org:443",
		  "p:1: a.org:443 is no host: no scheme, port or path belongs here" },
		{ "host a.org/x", "p:1: a.org/x is no host: no scheme, port or path belongs here" },
		{ "host *", "p:1: * is no host: no scheme, port or path belongs here" },
		{ "host *.", "p:1: *. is no host: no scheme, port or path belongs here" },
		{ "host .a.org", "p:1: .a.org is no host: no scheme, port or path belongs here" },
		{ "host a.*.org", "p:1: a.*.org is no host: no scheme, port or path belongs here" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_rules struct rules *rules = rules_new();
		struct err err = { 0 };

		assert_int_equal(rules_add(rules, "p", str_from(rows[i].text), &err), -1);
		assert_string_equal(err.message, rows[i].message);
		assert_true(err_has_detail(&err, "to fix"));
		assert_fails(-1, ERR_RULE, &err);
	}
}

/* A byte of zero ends no word early. */
static void
a_zero_byte(void **state)
{
	static const char text[] = "host a.org\0b\n";
	cleanup_rules struct rules *rules = rules_new();
	struct err err = { 0 };

	(void)state;
	assert_fails(rules_add(rules, "p", (struct str){ text, sizeof(text) - 1 }, &err), ERR_RULE,
		     &err);
}

static void
write_file(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void
who_may_write_a_users_file(void **state)
{
	cleanup_free char *folder = unit_make_folder();
	cleanup_free char *path = mem_printf("%s/policy", folder);
	static const struct {
		mode_t file;
		mode_t folder;
		bool believed;
	} rows[] = { { 0644, 0755, true },
		     { 0600, 0700, true },
		     { 0664, 0775, true },
		     { 0666, 0755, false },
		     { 0644, 0777, false } };
	struct rules *rules = NULL;
	struct rules_line line;
	struct err err = { 0 };

	(void)state;
	/* None. */
	assert_ok(rules_load(path, &rules, &err), &err);
	assert_int_equal(rules_level(rules, RULES_FILE, &line), RULES_ANY);
	rules_free(rules);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int status;

		write_file(path, "require file refuse\n", rows[i].file);
		assert_int_equal(chmod(folder, rows[i].folder), 0);
		status = rules_load(path, &rules, &err);
		assert_int_equal(status, rows[i].believed ? 0 : -1);
		if (rows[i].believed)
			assert_int_equal(rules_level(rules, RULES_FILE, &line), RULES_REFUSE);
		else
			assert_fails(status, ERR_RULE, &err);
		rules_free(rules);
	}
	assert_int_equal(chmod(folder, 0755), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_fails(rules_load(path, &rules, &err), ERR_RULE, &err);
	rules_free(rules);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_must_vouch),
		cmocka_unit_test(end_of_life),
		cmocka_unit_test(minimums),
		cmocka_unit_test(hosts),
		cmocka_unit_test(what_is_not_understood),
		cmocka_unit_test(a_zero_byte),
		cmocka_unit_test(who_may_write_a_users_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
