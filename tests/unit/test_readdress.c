/* SPDX-License-Identifier: MIT */
/* Environments at another place: what changes in which text. */
#include <config.h>

#include "unit.h"

#include "base/sha256.h"
#include "base/str.h"
#include "venv/readdress.h"
#include "venv/record.h"

#define SITE "lib/python3.12/site-packages"

struct row {
	const char *from;
	const char *to;
	const char *text;
	const char *expected; /* NULL: it stays */
};

static void
check(const struct row *rows, size_t count,
      bool (*rule)(struct str text, const struct address *address, struct buf *out))
{
	for (size_t i = 0; i < count; i++) {
		const struct address address = { .from = rows[i].from, .to = rows[i].to };
		cleanup_buf struct buf out = BUF_INIT(BUF_TEXT_MAX);

		assert_int_equal(rule(str_from(rows[i].text), &address, &out),
				 rows[i].expected != NULL);
		if (rows[i].expected)
			assert_string_equal(buf_text(&out), rows[i].expected);
	}
}

static void
paths_stand_by_themselves(void **state)
{
	static const struct row rows[] = {
		{ "/a/env", "/b", "/a/env", "/b" },
		{ "/a/env", "/b", "x=/a/env/bin:/a/env\n", "x=/b/bin:/b\n" },
		{ "/a/env", "/b c", "'/a/env'", "'/b c'" },
		{ "/a/env", "/a/env/deep", "/a/env/bin /a/env", "/a/env/deep/bin /a/env/deep" },
		{ "/a/env", "/b", "/a/env2 /a/env-x /a/env.old /a/env_ /a/env\xc3\xbc", NULL },
		{ "/a/env", "/b", "/x/a/env /a/environment ~/a/env", NULL },
		{ "/a/env", "/b", "", NULL },
	};

	(void)state;
	check(rows, COUNT_OF(rows), readdress_paths);
}

static void
scripts_start_from_the_new_place(void **state)
{
#define LONG100                                             \
	"0123456789012345678901234567890123456789012345678" \
	"90123456789012345678901234567890123456789012345678"
	static const struct row rows[] = {
		{ "/a/env", "/b", "#!/a/env/bin/python3\nprint()\n",
		  "#!/b/bin/python3\nprint()\n" },
		{ "/a/env", "/b", "#!/a/env/bin/python -Es\n", "#!/b/bin/python -Es\n" },
		{ "/a/env", "/b c", "#!/a/env/bin/python\nx\n",
		  "#!/bin/sh\n'''exec' \"/b c/bin/python\" \"$0\" \"$@\"\n' '''\nx\n" },
		{ "/b c", "/a/env",
		  "#!/bin/sh\n'''exec' \"/b c/bin/python\" \"$0\" \"$@\"\n' '''\nx\n",
		  "#!/a/env/bin/python\nx\n" },
		{ "/a/env", "/" LONG100 "/x", "#!/a/env/bin/python3-with-a-name\nx\n",
		  "#!/bin/sh\n'''exec' \"/" LONG100
		  "/x/bin/python3-with-a-name\" \"$0\" \"$@\"\n' '''\nx\n" },
		/* The kernel looks at no quotes and no dollars; the shell did. */
		{ "/a/env", "/b c", "#!/a/env/bin/python -W'$x\nx\n",
		  "#!/bin/sh\n'''exec' \"/b c/bin/python\" \"-W'\"\"\"'$'\"x\" \"$0\" \"$@\"\n' "
		  "'''\nx\n" },
		{ "/a/env", "/b", "#!/usr/bin/env python\n__file__ = '/a/env/src/x.py'\n",
		  "#!/usr/bin/env python\n__file__ = '/b/src/x.py'\n" },
		/* Such a path ends the string. */
		{ "/a/env", "/b'c", "#!/usr/bin/env python\n__file__ = '/a/env/src/x.py'\n", NULL },
		{ "/a/env", "/b", "#!/a/env2/bin/python\n", NULL },
		{ "/a/env", "/b", "no script", NULL },
	};

	(void)state;
	check(rows, COUNT_OF(rows), readdress_script);
}

static void
urls_are_encoded(void **state)
{
	static const struct row rows[] = {
		{ "/a/env", "/b c", "{\"url\": \"file:///a/env/src/x\"}",
		  "{\"url\": \"file:///b%20c/src/x\"}" },
		{ "/a b'$", "/\xc3\xbc", "{\"url\": \"file:///a%20b%27%24/src\"}",
		  "{\"url\": \"file:///%C3%BC/src\"}" },
		{ "/a/env", "/b", "{\"url\": \"file:///a/env2/src\"}", NULL },
		{ "/a/env", "/b", "{\"url\": \"https://x/a/env/src\"}", NULL },
	};

	(void)state;
	check(rows, COUNT_OF(rows), readdress_url);
}

static void
activation_scripts_are_changed_as_they_stand(void **state)
{
	static const struct {
		const char *from;
		const char *to;
		const char *old_prompt;
		const char *new_prompt;
		const char *text;
		enum activation_change change;
		const char *expected;
	} rows[] = {
		{ "/a/env", "/b/site", "env", "site",
		  "VIRTUAL_ENV=/a/env\nPS1='(env) '$PS1\nVIRTUAL_ENV_PROMPT='env'\nexport "
		  "MINE=env\n",
		  ACTIVATION_CHANGED,
		  "VIRTUAL_ENV=/b/site\nPS1='(site) '$PS1\nVIRTUAL_ENV_PROMPT='site'\nexport "
		  "MINE=env\n" },
		/* One in brackets before the value stayed. */
		{ "/a/env", "/b/site", "env", "site", "PS1=\"(env) $PS1\" VIRTUAL_ENV_PROMPT=env\n",
		  ACTIVATION_CHANGED, "PS1=\"(site) $PS1\" VIRTUAL_ENV_PROMPT=site\n" },
		{ "/a/env", "/b/site", NULL, "mine",
		  "setenv VIRTUAL_ENV \"/a/env\"\nPS1='(env) '\n", ACTIVATION_CHANGED,
		  "setenv VIRTUAL_ENV \"/b/site\"\nPS1='(env) '\n" },
		/* Quotes that are there hold a blank, too. */
		{ "/a b/env", "/b c", NULL, "x", "VIRTUAL_ENV='/a b/env'\n", ACTIVATION_CHANGED,
		  "VIRTUAL_ENV='/b c'\n" },
		{ "/a/env", "/b c", NULL, "x", "VIRTUAL_ENV=/a/env\n", ACTIVATION_ANEW, NULL },
		{ "/a/env", "/b'c", NULL, "x", "VIRTUAL_ENV=\"/a/env\"\n", ACTIVATION_ANEW, NULL },
		{ "/a'b/env", "/c", NULL, "x", "VIRTUAL_ENV='/a'\\''b/env'\n", ACTIVATION_ANEW,
		  NULL },
		{ "/a/env", "/b", "env", "$(x)", "VIRTUAL_ENV=/a/env\n", ACTIVATION_ANEW, NULL },
		{ "/a/env", "/b'c", NULL, "x", "finds its place\n", ACTIVATION_SAME, NULL },
		{ "/a/env", "/b", NULL, "x", "finds its place\n", ACTIVATION_SAME, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct address address = { rows[i].from, rows[i].to, rows[i].old_prompt,
						 rows[i].new_prompt };
		cleanup_buf struct buf out = BUF_INIT(BUF_TEXT_MAX);

		assert_int_equal(readdress_activator(str_from(rows[i].text), &address, &out),
				 rows[i].change);
		if (rows[i].expected)
			assert_string_equal(buf_text(&out), rows[i].expected);
	}
}

static bool
fake_digest(void *ctx, const char *path, char *ret_digest, uint64_t *ret_size)
{
	(void)ctx;
	if (strcmp(path, "bin/unreadable") == 0)
		return false;
	memset(ret_digest, 'D', 43);
	ret_digest[43] = '\0';
	*ret_size = strlen(path);
	return true;
}

static void
a_line_of_a_record_is_csv(void **state)
{
	static const struct {
		const char *line;
		const char *path; /* NULL: names no file */
		const char *digest;
		const char *written;
		const char *place; /* below lib/python3.12/site-packages; NULL: none */
	} rows[] = {
		{ "a/b.py,sha256=xyz,12", "a/b.py", "sha256=xyz", "a/b.py", SITE "/a/b.py" },
		{ "a/b.py,sha256=xyz,12\r", "a/b.py", "sha256=xyz", "a/b.py", SITE "/a/b.py" },
		{ "a.py,,", "a.py", "", "a.py", SITE "/a.py" },
		{ "a.py", "a.py", "", "a.py", SITE "/a.py" },
		{ "a.py\r", "a.py", "", "a.py", SITE "/a.py" },
		{ "\"a,b.py\",sha256=x,1", "a,b.py", "sha256=x", "\"a,b.py\"", SITE "/a,b.py" },
		{ "\"say \"\"hi\"\".py\",x,1", "say \"hi\".py", "x", "\"say \"\"hi\"\".py\"",
		  SITE "/say \"hi\".py" },
		{ "\"open", "open", "", "\"open", SITE "/open" },
		{ "\"whole\"", "whole", "", "\"whole\"", SITE "/whole" },
		{ "../../../bin/black,x,1", "../../../bin/black", "x", "../../../bin/black",
		  "bin/black" },
		{ "../../../../../etc/passwd,x,1", "../../../../../etc/passwd", "x",
		  "../../../../../etc/passwd", NULL },
		{ "../../..,x,1", "../../..", "x", "../../..", NULL },
		{ "/etc/passwd,x,1", "/etc/passwd", "x", "/etc/passwd", NULL },
		{ "", NULL, NULL, NULL, NULL },
		{ ",x,1", NULL, NULL, NULL, NULL },
		{ "\"\",x,1", NULL, NULL, NULL, NULL },
		{ "\r", NULL, NULL, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cleanup_record_entry struct record_entry entry = { 0 };
		cleanup_free char *place = NULL;
		bool names = record_entry_of(str_from(rows[i].line), &entry);

		assert_int_equal(names, rows[i].path != NULL);
		if (!names)
			continue;
		assert_string_equal(entry.path, rows[i].path);
		assert_string_equal(entry.digest, rows[i].digest);
		assert_true(str_eq_text(entry.written, rows[i].written));
		place = record_place(SITE, entry.path);
		assert_int_equal(place != NULL, rows[i].place != NULL);
		if (place)
			assert_string_equal(place, rows[i].place);
	}
}

static void
records_have_what_is_there(void **state)
{
#define D43 "DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD"
	static const char was[] = "../../../bin/pip,sha256=old,227\n"
				  "../../../bin/pip3,sha256=old,227\r\n"
				  "../../../bin/other,sha256=old,1\n"
				  "../../../bin/unreadable,sha256=old,1\n"
				  "../../../../bin/pip,sha256=old,1\n"
				  "../../../bin/plain,,\n"
				  "\"../../../bin/a,b\",sha256=old,1\n"
				  "x.pth,sha256=old,5\n"
				  "pip/__init__.py,sha256=old,357";
	static const char is[] = "../../../bin/pip,sha256=" D43 ",7\n"
				 "../../../bin/pip3,sha256=" D43 ",8\r\n"
				 "../../../bin/other,sha256=old,1\n"
				 "../../../bin/unreadable,sha256=old,1\n"
				 "../../../../bin/pip,sha256=old,1\n"
				 "../../../bin/plain,,\n"
				 "\"../../../bin/a,b\",sha256=old,1\n"
				 "x.pth,sha256=" D43 ",34\n"
				 "pip/__init__.py,sha256=old,357\n";
	static const char folder[] = "lib/python3.12/site-packages";
	const struct record_digests digests = { fake_digest, NULL };
	cleanup_strvec struct strvec changed = { 0 };
	cleanup_buf struct buf out = BUF_INIT(BUF_TEXT_MAX);

	(void)state;
	assert_false(readdress_record(str_from(was), folder, &changed, &digests, &out));
	buf_truncate(&out, 0);
	strvec_add(&changed, "bin/pip");
	strvec_add(&changed, "bin/pip3");
	strvec_add(&changed, "bin/plain");
	strvec_add(&changed, "bin/unreadable");
	strvec_add(&changed, "lib/python3.12/site-packages/x.pth");
	assert_true(readdress_record(str_from(was), folder, &changed, &digests, &out));
	assert_string_equal(buf_text(&out), is);
}

static void
digests_are_sha256(void **state)
{
	/* NIST's examples, and lengths around a block. */
	static const struct {
		const char *text;
		const char *digest;
	} rows[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
		{ "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnop"
		  "qklmnopqrlmnopqrsmnopqrstnopqrstu",
		  "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1" },
	};
	unsigned char digest[SHA256_SIZE];
	char text[2 * SHA256_SIZE + 1];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		sha256(rows[i].text, strlen(rows[i].text), digest);
		for (size_t k = 0; k < SHA256_SIZE; k++)
			(void)snprintf(text + 2 * k, 3, "%02x", digest[k]);
		assert_string_equal(text, rows[i].digest);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_stand_by_themselves),
		cmocka_unit_test(scripts_start_from_the_new_place),
		cmocka_unit_test(urls_are_encoded),
		cmocka_unit_test(activation_scripts_are_changed_as_they_stand),
		cmocka_unit_test(a_line_of_a_record_is_csv),
		cmocka_unit_test(records_have_what_is_there),
		cmocka_unit_test(digests_are_sha256),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
