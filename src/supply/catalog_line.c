/* SPDX-License-Identifier: MIT */
/* Lines of the catalogue: cutting, checking, writing. */
#include <config.h>

#include <string.h>

#include "io/url.h"
#include "supply/catalog_internal.h"
#include "trust/digest.h"

/* Longest word in a column that is neither address nor digest, in bytes. */
#define WORD_MAX 64

#define WRONG_COLUMNS "a line must have 12 columns"

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

static int
bad_line(const char *path, unsigned number, const char *what, struct err *err)
{
	err_set(err, ERR_CHECK, "%s:%u: %s", path, number, what);
	return err_detail(err, "to fix", "install pyvern again, or remove the file");
}

static int
find_kind(struct str word)
{
	for (size_t i = 0; i < sizeof(kind_names) / sizeof(*kind_names); i++)
		if (str_eq_text(word, kind_names[i]))
			return (int)i;
	return -1;
}

/* Cut LINE at its tabs into CATALOG_COLUMNS fields; false when there are more or
 * fewer. */
static bool
cut_line(struct str line, struct str *fields)
{
	for (unsigned i = 0; i < CATALOG_COLUMNS - 1; i++) {
		/* Half of the fields are empty: no need to search for their end. */
		size_t n = line.n && line.p[0] == '\t' ? 0 : str_find(line, '\t');

		if (n == line.n)
			return false;
		fields[i] = (struct str){ line.p, n };
		line = (struct str){ line.p + n + 1, line.n - n - 1 };
	}
	fields[CATALOG_COLUMNS - 1] = line;
	return str_find(line, '\t') == line.n;
}

int
catalog_cut(struct str text, const char *path, struct catalog_row **ret_rows, size_t *ret_count,
	    struct err *err)
{
	struct catalog_row *rows = NULL;
	struct str version = { 0 };
	struct str line;
	size_t count = 0;
	bool empty = text.n == 0;

	for (unsigned number = 1; str_line(&text, &line); number++) {
		struct str fields[CATALOG_COLUMNS];

		*ret_rows = rows;
		if (number == 1 && !str_eq_text(line, CATALOG_HEADER))
			return bad_line(path, 1, "this is no catalogue that we can read", err);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (!cut_line(line, fields))
			return bad_line(path, number, WRONG_COLUMNS, err);
		/* Lines of one version follow each other: what was safe, is. */
		if ((count == 0 || !str_eq(fields[COLUMN_VERSION], version)) &&
		    !version_name_ok(fields[COLUMN_VERSION]))
			return bad_line(path, number, "the version is no safe name", err);
		version = fields[COLUMN_VERSION];
		rows = vec_grow(rows, count, sizeof(*rows));
		rows[count++] = (struct catalog_row){ .line = line,
						      .version = version,
						      .variant = fields[COLUMN_VARIANT],
						      .kind = find_kind(fields[COLUMN_KIND]),
						      .number = number };
	}
	*ret_rows = rows;
	*ret_count = count;
	return empty ? bad_line(path, 1, "the file is empty", err) : 0;
}

struct str
catalog_row_field(const struct catalog_row *row, enum catalog_column column)
{
	struct str fields[CATALOG_COLUMNS];

	return cut_line(row->line, fields) ? fields[column] : (struct str){ 0 };
}

bool
catalog_word_ok(struct str s)
{
	/* Not strchr(), which would find a zero byte, too. */
	static const struct str others = { "._+-", 4 };

	if (s.n > WORD_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!str_is_alpha(s.p[i]) && !str_is_digit(s.p[i]) &&
		    str_find(others, s.p[i]) == others.n)
			return false;
	return true;
}

static const char *
keep(struct strvec *texts, struct str s)
{
	strvec_add_str(texts, s);
	return texts->items[texts->count - 1];
}

/* What is wrong with the fields F, or NULL. */
static const char *
check_fields(const struct str *f, enum artifact_kind *ret_kind, uint64_t *ret_size)
{
	cleanup_free char *url = mem_strndup(f[COLUMN_URL].p, f[COLUMN_URL].n);
	int kind = find_kind(f[COLUMN_KIND]);

	for (unsigned i = COLUMN_IMPLEMENTATION; i <= COLUMN_BUILD; i++)
		if (i != COLUMN_VERSION && !catalog_word_ok(f[i]))
			return "a column holds what it cannot";
	if (f[COLUMN_IMPLEMENTATION].n == 0)
		return "the implementation is missing";
	if (kind < 0)
		return "the kind is not known";
	*ret_kind = (enum artifact_kind)kind;
	if (!url_ok(url) || strlen(url) != f[COLUMN_URL].n)
		return "the address is no https, http or file address";
	/* Of some files no digest is known; nobody installs them unpinned. */
	if (f[COLUMN_SHA256].n && !digest_hex_ok(f[COLUMN_SHA256]))
		return "the sha256 is not 64 lower-case hex digits";
	if (!str_u64(f[COLUMN_SIZE], 0, CATALOG_ARTIFACT_MAX, ret_size))
		return "the size is no number of bytes";
	return NULL;
}

int
catalog_parse_row(const struct catalog_row *row, const char *path, struct strvec *texts,
		  struct artifact *ret_artifact, struct err *err)
{
	struct str f[CATALOG_COLUMNS];
	struct artifact a = { 0 };
	const char *wrong =
		cut_line(row->line, f) ? check_fields(f, &a.kind, &a.size) : WRONG_COLUMNS;

	if (wrong)
		return bad_line(path, row->number, wrong, err);
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
	return 0;
}

/* Lines go by version, then by their columns up to the address, none twice. */
static const char *
check_order(const struct str *before, const struct str *fields)
{
	struct version a;
	struct version b;
	int order = 0;

	if (version_parse(before[COLUMN_VERSION], &a) && version_parse(fields[COLUMN_VERSION], &b))
		order = version_compare(&a, &b);
	for (unsigned i = COLUMN_VARIANT; order == 0 && i <= COLUMN_URL; i++)
		order = str_cmp(before[i], fields[i]);
	if (order > 0)
		return "it belongs before the line above it";
	return order == 0 ? "the same artifact again" : NULL;
}

int
catalog_check_text(struct str text, const char *name, struct err *err)
{
	cleanup_free struct catalog_row *rows = NULL;
	struct str fields[2][CATALOG_COLUMNS];
	size_t count = 0;

	if (catalog_cut(text, name, &rows, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		enum artifact_kind kind;
		uint64_t size;
		const char *wrong;

		wrong = cut_line(rows[i].line, fields[i % 2])
				? check_fields(fields[i % 2], &kind, &size)
				: WRONG_COLUMNS;
		if (!wrong && i > 0)
			wrong = check_order(fields[(i - 1) % 2], fields[i % 2]);
		if (wrong)
			return bad_line(name, rows[i].number, wrong, err);
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
