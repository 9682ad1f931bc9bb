/* SPDX-License-Identifier: MIT */
/* Lines of the catalogue: cutting, checking, writing. */
#include <config.h>

#include <string.h>

#include "io/url.h"
#include "supply/catalog_internal.h"

/* Longest word in a column that is neither address nor digest, in bytes. */
#define WORD_MAX 64

static const char *const kind_names[] = {
	[ARTIFACT_SOURCE] = "source",
	[ARTIFACT_STANDALONE] = "standalone",
	[ARTIFACT_INSTALLER] = "installer",
};

const char *
artifact_kind_name(enum artifact_kind kind)
{
	return kind_names[kind];
}

/* Cut LINE at its tabs; the number of fields, one more than the table has for
 * any line with too many. */
static unsigned
cut(struct str line, struct catalog_line *ret_line)
{
	unsigned count = 0;
	struct str field;

	while (str_split(&line, '\t', &field)) {
		if (count == CATALOG_COLUMNS)
			return CATALOG_COLUMNS + 1;
		ret_line->fields[count++] = field;
	}
	return count;
}

bool
catalog_next_line(struct str *rest, struct catalog_line *ret_line)
{
	struct str line;

	while (str_line(rest, &line))
		if (line.n && line.p[0] != '#')
			return cut(line, ret_line) == CATALOG_COLUMNS;
	return false;
}

int
catalog_bad_line(const char *path, unsigned number, const char *what, struct err *err)
{
	err_set(err, ERR_CHECK, "%s:%u: %s", path, number, what);
	return err_detail(err, "to fix", "install pyvern again, or remove the file");
}

int
catalog_check_shape(struct str text, const char *path, struct err *err)
{
	struct str rest = text;
	struct str line;
	unsigned number = 0;

	while (str_line(&rest, &line)) {
		struct catalog_line fields;

		number++;
		if (number == 1 && !str_eq_text(line, CATALOG_HEADER))
			return catalog_bad_line(path, 1, "this is no catalogue that we can read",
						err);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (cut(line, &fields) != CATALOG_COLUMNS)
			return catalog_bad_line(path, number, "a line must have 12 columns", err);
		if (!version_name_ok(fields.fields[COLUMN_VERSION]))
			return catalog_bad_line(path, number, "the version is no safe name", err);
	}
	if (number == 0)
		return catalog_bad_line(path, 1, "the file is empty", err);
	return 0;
}

static bool
word_ok(struct str s)
{
	if (s.n > WORD_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!str_is_alpha(s.p[i]) && !str_is_digit(s.p[i]) && !strchr("._+-", s.p[i]))
			return false;
	return true;
}

static bool
digest_ok(struct str s)
{
	if (s.n != 64)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!str_is_digit(s.p[i]) && (s.p[i] < 'a' || s.p[i] > 'f'))
			return false;
	return true;
}

static bool
find_kind(struct str word, enum artifact_kind *ret_kind)
{
	for (size_t i = 0; i < sizeof(kind_names) / sizeof(*kind_names); i++) {
		if (str_eq_text(word, kind_names[i])) {
			*ret_kind = (enum artifact_kind)i;
			return true;
		}
	}
	return false;
}

static const char *
keep(struct strvec *texts, struct str s)
{
	strvec_add_str(texts, s);
	return texts->items[texts->count - 1];
}

/* What is wrong with the line, or NULL. */
static const char *
check_fields(const struct catalog_line *line, enum artifact_kind *ret_kind, uint64_t *ret_size)
{
	const struct str *f = line->fields;
	cleanup_free char *url = mem_strndup(f[COLUMN_URL].p, f[COLUMN_URL].n);

	for (unsigned i = COLUMN_IMPLEMENTATION; i <= COLUMN_BUILD; i++)
		if (i != COLUMN_VERSION && !word_ok(f[i]))
			return "a column holds what it cannot";
	if (f[COLUMN_IMPLEMENTATION].n == 0)
		return "the implementation is missing";
	if (!version_name_ok(f[COLUMN_VERSION]))
		return "the version is no safe name";
	if (!find_kind(f[COLUMN_KIND], ret_kind))
		return "the kind is not known";
	if (!url_ok(url) || strlen(url) != f[COLUMN_URL].n)
		return "the address is no https, http or file address";
	if (!digest_ok(f[COLUMN_SHA256]))
		return "the sha256 is not 64 lower-case hex digits";
	if (!str_u64(f[COLUMN_SIZE], 0, CATALOG_ARTIFACT_MAX, ret_size))
		return "the size is no number of bytes";
	return NULL;
}

const char *
catalog_parse_line(const struct catalog_line *line, struct strvec *texts,
		   struct artifact *ret_artifact)
{
	const struct str *f = line->fields;
	struct artifact a = { 0 };
	const char *wrong = check_fields(line, &a.kind, &a.size);

	if (wrong)
		return wrong;
	a.implementation = keep(texts, f[COLUMN_IMPLEMENTATION]);
	a.version = keep(texts, f[COLUMN_VERSION]);
	a.variant = keep(texts, f[COLUMN_VARIANT]);
	a.os = keep(texts, f[COLUMN_OS]);
	a.arch = keep(texts, f[COLUMN_ARCH]);
	a.libc = keep(texts, f[COLUMN_LIBC]);
	a.cpu = keep(texts, f[COLUMN_CPU]);
	a.build = keep(texts, f[COLUMN_BUILD]);
	a.url = keep(texts, f[COLUMN_URL]);
	a.sha256 = keep(texts, f[COLUMN_SHA256]);
	*ret_artifact = a;
	return NULL;
}

/* Lines go by version, then by their columns up to the address, none twice. */
static const char *
check_order(const struct catalog_line *before, const struct catalog_line *line)
{
	struct version a;
	struct version b;
	int order = 0;

	if (version_parse(before->fields[COLUMN_VERSION], &a) &&
	    version_parse(line->fields[COLUMN_VERSION], &b))
		order = version_compare(&a, &b);
	for (unsigned i = COLUMN_VARIANT; order == 0 && i <= COLUMN_URL; i++)
		order = str_cmp(before->fields[i], line->fields[i]);
	if (order > 0)
		return "it belongs before the line above it";
	return order == 0 ? "the same artifact again" : NULL;
}

int
catalog_check_text(struct str text, const char *name, struct err *err)
{
	struct catalog_line lines[2];
	struct str rest = text;
	struct str line;
	unsigned number = 0;
	unsigned count = 0;

	if (catalog_check_shape(text, name, err) < 0)
		return -1;
	while (str_line(&rest, &line)) {
		struct catalog_line *this = &lines[count % 2];
		enum artifact_kind kind;
		uint64_t size;
		const char *wrong;

		number++;
		if (line.n == 0 || line.p[0] == '#')
			continue;
		(void)cut(line, this);
		wrong = check_fields(this, &kind, &size);
		if (!wrong && count > 0)
			wrong = check_order(&lines[(count - 1) % 2], this);
		if (wrong)
			return catalog_bad_line(name, number, wrong, err);
		count++;
	}
	return 0;
}

void
catalog_format_line(const struct artifact *a, struct buf *ret)
{
	buf_printf(ret, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%llu", a->implementation,
		   a->version, a->variant, artifact_kind_name(a->kind), a->os, a->arch, a->libc,
		   a->cpu, a->build, a->url, a->sha256, (unsigned long long)a->size);
}
