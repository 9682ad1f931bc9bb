/* SPDX-License-Identifier: MIT */
/* `install --list`: bare names, as pyenv lists them. */
#include <config.h>

#include <string.h>

#include "base/buf.h"
#include "install_job.h"
#include "supply/definition.h"

/* Fields that pyenv sorts by; the first as text, the others as numbers. */
#define ORDER_FIELDS 5

/* What pyenv sorts NAME by (facts/pyenv.md 7): "+" and "-" are dots, and something,
 * a "p" and a digit are a dot, "z", a dot and that digit. */
static void
add_key(const char *name, struct buf *ret)
{
	const char *patch = NULL;

	for (const char *p = name; *p && !patch; p++)
		if (p > name && *p == 'p' && str_is_digit(p[1]))
			patch = p - 1;
	for (const char *p = name; *p; p++) {
		if (p == patch) {
			buf_add_text(ret, ".z.");
			p++;
		} else {
			buf_add_char(ret, strchr("+-", *p) ? '.' : *p);
		}
	}
	buf_add_text(ret, ".z");
}

/* The number that FIELD begins with, as sort -n reads it. */
static uint64_t
number_of(struct str field)
{
	uint64_t number = 0;
	size_t n = 0;

	while (n < field.n && str_is_digit(field.p[n]))
		n++;
	(void)str_u64((struct str){ field.p, n }, 0, UINT64_MAX, &number);
	return number;
}

/* sort -t. -k1,1 -k2,2n -k3,3n -k4,4n -k5,5n in the C locale, which compares whole lines
 * where those are equal. */
static int
compare_lines(const void *a, const void *b)
{
	const char *x = *(char *const *)a;
	const char *y = *(char *const *)b;
	struct str x_rest = str_from(x);
	struct str y_rest = str_from(y);

	for (unsigned i = 0; i < ORDER_FIELDS; i++) {
		struct str x_field = { NULL, 0 };
		struct str y_field = { NULL, 0 };
		uint64_t m;
		uint64_t n;

		(void)str_split(&x_rest, '.', &x_field);
		(void)str_split(&y_rest, '.', &y_field);
		m = number_of(x_field);
		n = number_of(y_field);
		if (i == 0 && !str_eq(x_field, y_field))
			return str_cmp(x_field, y_field);
		if (i > 0 && m != n)
			return m < n ? -1 : 1;
	}
	return strcmp(x, y);
}

/* NAMES in pyenv's order. */
static void
put_in_pyenv_order(struct strvec *names)
{
	struct strvec lines = { 0 };

	for (size_t i = 0; i < names->count; i++) {
		cleanup_buf struct buf line = BUF_INIT(BUF_TEXT_MAX);

		add_key(names->items[i], &line);
		buf_printf(&line, " %s", names->items[i]);
		strvec_add(&lines, buf_text(&line));
	}
	if (lines.count)
		qsort(lines.items, lines.count, sizeof(*lines.items), compare_lines);
	strvec_reset(names);
	for (size_t i = 0; i < lines.count; i++)
		strvec_add(names, strchr(lines.items[i], ' ') + 1);
	strvec_reset(&lines);
}

/* What plugins and PYTHON_BUILD_DEFINITIONS bring. */
static void
add_definitions(const struct context *ctx, struct strvec *names)
{
	cleanup_strvec struct strvec more = { 0 };

	definition_list(ctx->layout, &more);
	for (size_t i = 0; i < more.count; i++)
		if (!strvec_has(names, more.items[i]))
			strvec_add(names, more.items[i]);
}

/* Series that were moved to git have branches; older ones had ended. */
static bool
has_branch(const struct version *v)
{
	return v->language[0] > 3 || (v->language[0] == 3 && v->language[1] >= 4) ||
	       (v->language[0] == 2 && v->language[1] == 7);
}

/* Branches of the series that NAMES have releases of; free-threaded ones from where they began.
 * Which of them upstream still has, it says when it is asked. */
static void
add_branches(struct strvec *names)
{
	size_t known = names->count;

	for (size_t i = 0; i < known; i++) {
		cleanup_free char *name = NULL;
		struct version v;

		if (!version_parse(str_from(names->items[i]), &v) || v.language_parts < 3 ||
		    v.debug || !str_eq_text(v.family, "cpython") || !has_branch(&v))
			continue;
		name = mem_printf("%u.%u%s-dev", v.language[0], v.language[1],
				  v.free_threaded ? "t" : "");
		if (!strvec_has(names, name))
			strvec_add(names, name);
	}
}

int
install_names(const struct context *ctx, const struct catalog *catalog, struct strvec *ret,
	      struct err *err)
{
	const struct target target = target_here();

	if (catalog_installable(catalog, &target, ret, err) < 0)
		return -1;
	add_definitions(ctx, ret);
	if (ctx->policy->speaks_pyenv) {
		add_branches(ret);
		put_in_pyenv_order(ret);
	}
	return 0;
}

int
job_names(const struct install_job *job, struct strvec *ret_names, struct err *err)
{
	return install_names(job->ctx, job->catalog, ret_names, err);
}

/* Does NAME begin with TEXT, whole numbers only: 3.1 is not the beginning of 3.13? */
static bool
begins_with(const char *name, const char *text)
{
	size_t n = strlen(text);

	return n && strncmp(name, text, n) == 0 &&
	       !(str_is_digit(text[n - 1]) && str_is_digit(name[n]));
}

static bool
begins_with_any(const char *name, const struct strvec *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		if (begins_with(name, texts->items[i]))
			return true;
	return texts->count == 0;
}

int
install_list(const struct context *ctx, const struct catalog *catalog, struct err *err)
{
	const struct strvec all = { 0 };
	/* pyenv lists everything, whatever stands behind --list. */
	const struct strvec *texts = ctx->policy->speaks_pyenv ? &all : &ctx->options->args;
	cleanup_strvec struct strvec names = { 0 };
	bool any = false;

	if (install_names(ctx, catalog, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		any = any || begins_with_any(names.items[i], texts);
	if (texts->count && !any)
		return catalog_unknown(catalog, texts->items[0], err);
	/* pyenv's form: scripts take the two blanks off. */
	out_data(ctx->out, "Available versions:\n");
	for (size_t i = 0; i < names.count; i++)
		if (begins_with_any(names.items[i], texts))
			out_data(ctx->out, "  %s\n", names.items[i]);
	return 0;
}
