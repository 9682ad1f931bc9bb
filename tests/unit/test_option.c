/* SPDX-License-Identifier: MIT */
/* Options as tables. */
#include <config.h>

#include "unit.h"

#include "cmd/option.h"

static const struct option_spec specs[] = {
	{ .name = "force", .letter = 'f', .help = "override" },
	{ .name = "json", .help = "as JSON" },
	{ .name = "jobs", .letter = 'j', .kind = OPTION_TEXT, .value = "N", .help = "at once" },
	{ 0 },
};

/* The result as one text: each option as name=values, then the operands. */
static char *
described(const struct options *options)
{
	cleanup_strvec struct strvec all = { 0 };

	for (size_t i = 0; i < options->value_count; i++) {
		const struct option_value *v = &options->values[i];

		if (v->count)
			strvec_printf(&all, "%s%s%s", v->spec->name, v->text ? "=" : "",
				      v->text ? v->text : "");
	}
	if (options->help)
		strvec_add(&all, "HELP");
	strvec_add(&all, "|");
	strvec_add_all(&all, options->args.items);
	return strvec_join(&all, " ");
}

static void
good_lines(void **state)
{
	static const struct {
		const char *argv[8];
		bool stop;
		const char *expected;
	} rows[] = {
		{ { NULL }, false, "|" },
		{ { "a", "b", NULL }, false, "| a b" },
		{ { "-f", NULL }, false, "force |" },
		{ { "--force", "a", NULL }, false, "force | a" },
		{ { "a", "--force", NULL }, false, "force | a" },
		{ { "--fo", NULL }, false, "force |" },
		{ { "--jobs", "4", NULL }, false, "jobs=4 |" },
		{ { "--jobs=4", NULL }, false, "jobs=4 |" },
		{ { "--jobs=", NULL }, false, "jobs= |" },
		{ { "-j4", NULL }, false, "jobs=4 |" },
		{ { "-j", "4", "x", NULL }, false, "jobs=4 | x" },
		{ { "-fj4", NULL }, false, "force jobs=4 |" },
		{ { "--jobs", "4", "--jobs", "8", NULL }, false, "jobs=8 |" },
		{ { "--", "--force", NULL }, false, "| --force" },
		{ { "-", NULL }, false, "| -" },
		{ { "pip", "--version", "-f", NULL }, true, "| pip --version -f" },
		{ { "-f", "pip", "-f", NULL }, true, "force | pip -f" },
		{ { "--", "-f", NULL }, true, "| -f" },
		{ { "--help", NULL }, false, "HELP |" },
		{ { "-fh", NULL }, false, "force HELP |" },
		{ { "--jobs", "--force", NULL }, false, "jobs=--force |" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_options struct options options = { 0 };
		struct err err = { 0 };
		cleanup_free char *got = NULL;

		assert_ok(options_parse(specs, "test", (char *const *)rows[i].argv, rows[i].stop,
					&options, &err),
			  &err);
		got = described(&options);
		assert_string_equal(got, rows[i].expected);
	}
}

static void
bad_lines(void **state)
{
	static const struct {
		const char *argv[4];
		const char *message;
		const char *nearest; /* or NULL */
	} rows[] = {
		{ { "--forse", NULL }, "test: there is no option --forse", "--force" },
		{ { "--zzzzzz", NULL }, "test: there is no option --zzzzzz", NULL },
		{ { "-x", NULL }, "test: there is no option -x", NULL },
		{ { "-fx", NULL }, "test: there is no option -fx", NULL },
		{ { "--j", NULL }, "--j can be --json and --jobs", NULL },
		{ { "--force=1", NULL }, "--force takes no value", NULL },
		{ { "--jobs", NULL }, "--jobs needs a value: N", NULL },
		{ { "-j", NULL }, "-j needs a value: N", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_options struct options options = { 0 };
		struct err err = { 0 };

		assert_int_equal(options_parse(specs, "test", (char *const *)rows[i].argv, false,
					       &options, &err),
				 -1);
		assert_int_equal(err.code, ERR_USAGE);
		assert_string_equal(err.message, rows[i].message);
		assert_int_equal(err_has_detail(&err, "nearest"), rows[i].nearest != NULL);
		if (rows[i].nearest)
			assert_string_equal(err.details[0].text, rows[i].nearest);
		assert_true(err_has_detail(&err, "to fix"));
		err_reset(&err);
	}
}

static void
values_are_found_by_name(void **state)
{
	cleanup_options struct options options = { 0 };
	char *argv[] = { "-f", NULL };
	struct err err = { 0 };

	(void)state;
	assert_ok(options_parse(specs, "test", argv, false, &options, &err), &err);
	assert_true(options_has(&options, "force"));
	assert_false(options_has(&options, "json"));
	assert_null(options_text(&options, "jobs"));
}

static void
all_values_can_be_had(void **state)
{
	cleanup_options struct options options = { 0 };
	char *argv[] = { "--jobs", "1", "-j2", "--jobs=3", NULL };
	cleanup_free char *joined = NULL;
	struct err err = { 0 };

	(void)state;
	assert_ok(options_parse(specs, "test", argv, false, &options, &err), &err);
	joined = strvec_join(options_texts(&options, "jobs"), " ");
	assert_string_equal(joined, "1 2 3");
	assert_string_equal(options_text(&options, "jobs"), "3");
	assert_int_equal(options_texts(&options, "json")->count, 0);
	assert_int_equal(options_texts(&options, "none")->count, 0);
}

static void
what_is_for_another_program_is_kept(void **state)
{
	static const struct option_spec rest[] = {
		{ .name = "force", .letter = 'f' },
		{ .name = "*", .kind = OPTION_REST, .hidden = true },
		{ 0 },
	};
	cleanup_options struct options options = { 0 };
	char *argv[] = { "--copies", "-fxy", "a", "--url=b c", "--*", "--", "--z", NULL };
	struct err err = { 0 };
	cleanup_free char *joined = NULL;

	(void)state;
	assert_ok(options_parse(rest, "test", argv, false, &options, &err), &err);
	assert_true(options_has(&options, "force"));
	joined = strvec_join(&options.rest, "|");
	assert_string_equal(joined, "--copies|--x|--y|--url=b c|--*");
	assert_int_equal(options.args.count, 2);
	assert_string_equal(options.args.items[1], "--z");
}

static void
a_table_may_be_empty(void **state)
{
	cleanup_options struct options options = { 0 };
	char *argv[] = { "a", NULL };
	struct err err = { 0 };

	(void)state;
	assert_ok(options_parse(NULL, "test", argv, false, &options, &err), &err);
	assert_int_equal(options.args.count, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_lines),
		cmocka_unit_test(bad_lines),
		cmocka_unit_test(values_are_found_by_name),
		cmocka_unit_test(all_values_can_be_had),
		cmocka_unit_test(what_is_for_another_program_is_kept),
		cmocka_unit_test(a_table_may_be_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
