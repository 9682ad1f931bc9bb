/* SPDX-License-Identifier: MIT */
/* Options as tables: parsing. */
#include <config.h>

#include "cmd/option.h"

#include <string.h>

/* A mistyped option is suggested when it is at most this many edits away. */
#define NEAR_EDITS 2

struct parser {
	const struct option_spec *specs;
	const char *command;
	char *const *argv;
	struct options *options;
};

static int
usage_error(const struct parser *p, struct err *err)
{
	if (p->command[0] == '\0')
		return err_detail(err, "to fix", "pyvern help");
	return err_detail(err, "to fix", "pyvern help %s", p->command);
}

static const char *
nearest_option(const struct parser *p, struct str name)
{
	const char *nearest = NULL;
	size_t least = NEAR_EDITS + 1;

	for (const struct option_spec *s = p->specs; s && s->name; s++) {
		size_t edits = str_distance(name, str_from(s->name));

		if (!s->hidden && edits < least) {
			least = edits;
			nearest = s->name;
		}
	}
	return nearest;
}

static int
unknown_option(const struct parser *p, const char *word, struct str name, struct err *err)
{
	const char *nearest = nearest_option(p, name);

	err_set(err, ERR_USAGE, "%s%sthere is no option %s", p->command, *p->command ? ": " : "",
		word);
	if (nearest)
		err_detail(err, "nearest", "--%s", nearest);
	return usage_error(p, err);
}

/* The row that NAME means: exact, or the only one that begins with it. *RET is
 * NULL when there is none. */
static int
find_long(const struct parser *p, struct str name, const struct option_spec **ret, struct err *err)
{
	const struct option_spec *found = NULL;

	for (const struct option_spec *s = p->specs; s && s->name; s++) {
		if (s->kind == OPTION_REST)
			continue;
		if (str_eq_text(name, s->name)) {
			*ret = s;
			return 0;
		}
		if (!str_starts(str_from(s->name), name))
			continue;
		if (found) {
			err_set(err, ERR_USAGE, "--%.*s can be --%s and --%s", STR_ARG(name),
				found->name, s->name);
			return usage_error(p, err);
		}
		found = s;
	}
	*ret = found;
	return 0;
}

static const struct option_spec *
find_letter(const struct parser *p, char letter)
{
	for (const struct option_spec *s = p->specs; s && s->name; s++)
		if (s->letter == letter)
			return s;
	return NULL;
}

/* Take the unknown option TEXT for another program; false when the table has no row
 * for such. */
static bool
keep(const struct parser *p, const char *text)
{
	for (const struct option_spec *s = p->specs; s && s->name; s++) {
		if (s->kind == OPTION_REST) {
			strvec_add(&p->options->rest, text);
			return true;
		}
	}
	return false;
}

static void
give(const struct parser *p, const struct option_spec *spec, const char *value)
{
	struct option_value *v = &p->options->values[spec - p->specs];

	v->count++;
	free(v->text);
	v->text = mem_strdup(value);
	if (value)
		strvec_add(&v->texts, value);
}

/* --name, --name=value, --name value at argv[*AT]. */
static int
parse_long(const struct parser *p, size_t *at, struct err *err)
{
	const char *word = p->argv[*at];
	struct str name = str_skip(str_from(word), 2);
	size_t equals = str_find(name, '=');
	const char *value = equals < name.n ? name.p + equals + 1 : NULL;
	const struct option_spec *spec = NULL;

	name.n = equals;
	if (str_eq(name, STR_LIT("help")) && !value) {
		p->options->help = true;
		return 0;
	}
	if (find_long(p, name, &spec, err) < 0)
		return -1;
	if (!spec && keep(p, word))
		return 0;
	if (!spec)
		return unknown_option(p, word, name, err);
	if (spec->kind == OPTION_FLAG && value) {
		err_set(err, ERR_USAGE, "--%s takes no value", spec->name);
		return usage_error(p, err);
	}
	if (spec->kind != OPTION_FLAG && !value && !(value = p->argv[*at + 1])) {
		err_set(err, ERR_USAGE, "--%s needs a value: %s", spec->name, spec->value);
		return usage_error(p, err);
	}
	if (spec->kind != OPTION_FLAG && equals == str_from(word).n - 2)
		++*at;
	give(p, spec, value);
	return 0;
}

/* -x, -xyz, -xVALUE, -x VALUE at argv[*AT]. */
static int
parse_letters(const struct parser *p, size_t *at, struct err *err)
{
	const char *word = p->argv[*at];

	for (const char *c = word + 1; *c; c++) {
		const struct option_spec *spec = find_letter(p, *c);
		const char *value = c + 1;

		if (!spec && *c == 'h') {
			p->options->help = true;
			continue;
		}
		if (!spec) {
			char option[] = { '-', '-', *c, '\0' };

			if (keep(p, option))
				continue;
			return unknown_option(p, word, str_from(c), err);
		}
		if (spec->kind == OPTION_FLAG) {
			give(p, spec, NULL);
			continue;
		}
		if (!*value && !(value = p->argv[++*at])) {
			err_set(err, ERR_USAGE, "-%c needs a value: %s", *c, spec->value);
			return usage_error(p, err);
		}
		give(p, spec, value);
		break;
	}
	return 0;
}

int
options_parse(const struct option_spec *specs, const char *command, char *const *argv,
	      bool stop_at_operand, struct options *ret_options, struct err *err)
{
	struct parser p = { specs, command, argv, ret_options };
	size_t count = 0;
	size_t at;

	while (specs && specs[count].name)
		count++;
	*ret_options = (struct options){ .value_count = count };
	ret_options->values = mem_zalloc(count * sizeof(*ret_options->values));
	for (size_t i = 0; i < count; i++)
		ret_options->values[i].spec = &specs[i];
	for (at = 0; argv[at]; at++) {
		const char *word = argv[at];

		if (strcmp(word, "--") == 0) {
			at++;
			break;
		}
		if (word[0] != '-' || word[1] == '\0') {
			if (stop_at_operand)
				break;
			strvec_add(&ret_options->args, word);
		} else if (word[1] == '-') {
			if (parse_long(&p, &at, err) < 0)
				return -1;
		} else if (parse_letters(&p, &at, err) < 0) {
			return -1;
		}
	}
	strvec_add_all(&ret_options->args, argv + at);
	return 0;
}

static const struct option_value *
find_value(const struct options *options, const char *name)
{
	for (size_t i = 0; i < options->value_count; i++)
		if (strcmp(options->values[i].spec->name, name) == 0)
			return &options->values[i];
	return NULL;
}

bool
options_has(const struct options *options, const char *name)
{
	const struct option_value *v = find_value(options, name);

	return v && v->count > 0;
}

const char *
options_text(const struct options *options, const char *name)
{
	const struct option_value *v = find_value(options, name);

	return v ? v->text : NULL;
}

const struct strvec *
options_texts(const struct options *options, const char *name)
{
	static const struct strvec none = { 0 };
	const struct option_value *v = find_value(options, name);

	return v ? &v->texts : &none;
}

void
options_reset(struct options *options)
{
	for (size_t i = 0; i < options->value_count; i++) {
		free(options->values[i].text);
		strvec_reset(&options->values[i].texts);
	}
	free(options->values);
	strvec_reset(&options->args);
	strvec_reset(&options->rest);
	*options = (struct options){ 0 };
}
