/* SPDX-License-Identifier: MIT */
/* What can be installed: finding versions in the catalogue. */
#include <config.h>

#include <string.h>

#include "supply/catalog_internal.h"

/* A row that may be the answer. */
struct pick {
	const struct catalog_file *file;
	const struct catalog_row *row;
};

struct finder {
	struct request request;		     /* for sources without its variant */
	bool free_threaded;		     /* a source must be able to be built so */
	enum artifact_kind kind;	     /* that is looked for, */
	const struct target *target;	     /* or, with one, anything built for it */
	const struct catalog_filter *filter; /* NULL: none */
	char names[2][VERSION_NAME_MAX + 1]; /* of the best version and of the one judged */
	unsigned spare;			     /* which of them is free */
	struct version best;
	struct pick *picks; /* all rows of the best version */
	size_t count;
	bool own; /* they are from the root's files */
};

static void
finder_reset(struct finder *f)
{
	free(f->picks);
}

/* The source of a version serves its free-threaded and debug builds, too. */
static void
finder_init(struct finder *f, const struct request *request, enum artifact_kind kind)
{
	f->request = *request;
	f->kind = kind;
	if (kind != ARTIFACT_SOURCE)
		return;
	f->free_threaded = request->want.free_threaded;
	f->request.want.free_threaded = false;
	f->request.want.debug = false;
}

bool
catalog_row_version(const struct catalog_row *row, char *buf, struct version *ret)
{
	bool free_threaded = str_starts(row->variant, STR_LIT("freethreaded"));
	bool debug = str_ends(row->variant, STR_LIT("debug"));
	int n = snprintf(buf, VERSION_NAME_MAX + 1, "%.*s%s%s", STR_ARG(row->version),
			 free_threaded ? "t" : "", debug ? "-debug" : "");

	if (n < 0 || n > VERSION_NAME_MAX || !version_parse((struct str){ buf, (size_t)n }, ret))
		return false;
	ret->free_threaded |= free_threaded;
	ret->debug |= debug;
	return true;
}

static bool
satisfies(const struct finder *f, const struct version *v)
{
	if (f->kind == ARTIFACT_SOURCE && (v->free_threaded || v->debug))
		return false;
	if (f->free_threaded && !version_can_be_free_threaded(v))
		return false;
	return request_matches(&f->request, v);
}

/* What a version is for a look-up. */
enum judgement {
	JUDGED_USELESS, /* not asked for, or not as good as what was found */
	JUDGED_BETTER,	/* than what was found, as soon as a row of it can be used */
	JUDGED_BEST,	/* what was found is of it */
};

/* Judge what ROW is of; it stays in the spare name. */
static enum judgement
judge(struct finder *f, const struct catalog_row *row, struct version *ret)
{
	if (!catalog_row_version(row, f->names[f->spare], ret) || !satisfies(f, ret))
		return JUDGED_USELESS;
	if (f->count && str_eq(f->best.name, ret->name))
		return JUDGED_BEST;
	return !f->count || request_prefers(&f->request, ret, &f->best) ? JUDGED_BETTER
									: JUDGED_USELESS;
}

/* The level that stands for CPU: 0 for "", 3 for "v3"; false for other words. */
static bool
cpu_level(struct str cpu, uint64_t *ret)
{
	*ret = 0;
	return cpu.n == 0 || (cpu.p[0] == 'v' && str_u64(str_skip(cpu, 1), 1, 99, ret));
}

/* Does the request want a level of the CPU by its name, and is ROW for another? */
static bool
is_other_level(const struct finder *f, const struct catalog_row *row)
{
	struct str cpu = catalog_row_field(row, COLUMN_CPU);
	char level[8];

	(void)snprintf(level, sizeof(level), "%.*s", STR_ARG(cpu));
	return f->request.platform.n &&
	       !request_takes_platform(&f->request, f->target->os, f->target->arch, f->target->libc,
				       level);
}

bool
catalog_runs_on(const struct catalog_row *row, const struct target *target)
{
	uint64_t needed;
	uint64_t most;

	return str_eq_text(catalog_row_field(row, COLUMN_OS), target->os) &&
	       str_eq_text(catalog_row_field(row, COLUMN_ARCH), target->arch) &&
	       str_eq_text(catalog_row_field(row, COLUMN_LIBC), target->libc) &&
	       cpu_level(catalog_row_field(row, COLUMN_CPU), &needed) &&
	       cpu_level(str_from(target->cpu), &most) && needed <= most;
}

/* Can the machine that is meant run what ROW has? */
static bool
is_usable(const struct finder *f, const struct catalog_row *row)
{
	return catalog_runs_on(row, f->target) && !is_other_level(f, row);
}

static bool
is_wanted_kind(const struct finder *f, const struct catalog_row *row)
{
	if (!f->target)
		return row->kind == (int)f->kind;
	return row->kind == ARTIFACT_STANDALONE || row->kind == ARTIFACT_INSTALLER;
}

static bool
same_version(const struct catalog_row *a, const struct catalog_row *b)
{
	return str_eq(a->version, b->version) && str_eq(a->variant, b->variant);
}

static bool
is_taken(const struct finder *f, const struct catalog_row *row, const struct version *v)
{
	return !f->filter || f->filter->takes(f->filter->ctx, (enum artifact_kind)row->kind, v);
}

/* Rows of one version follow each other, so that it is judged once for all. */
static void
find_in_text(struct finder *f, const struct catalog_text *text)
{
	const struct catalog_row *before = NULL;
	enum judgement judgement = JUDGED_USELESS;
	struct version v = { 0 };

	for (size_t i = 0; i < text->count; i++) {
		const struct catalog_row *row = &text->rows[i];

		if (!is_wanted_kind(f, row))
			continue;
		if (!before || !same_version(row, before))
			judgement = judge(f, row, &v);
		before = row;
		if (judgement == JUDGED_USELESS || (f->target && !is_usable(f, row)))
			continue;
		if (judgement == JUDGED_BETTER && !is_taken(f, row, &v)) {
			judgement = JUDGED_USELESS;
			continue;
		}
		if (judgement == JUDGED_BETTER) {
			f->best = v;
			f->spare = !f->spare;
			f->count = 0;
			judgement = JUDGED_BEST;
		}
		/* What the root says of a version hides what is shipped. */
		if (f->count && f->own && !text->file->own)
			continue;
		f->picks = vec_grow(f->picks, f->count, sizeof(*f->picks));
		f->picks[f->count++] = (struct pick){ text->file, row };
		f->own = text->file->own;
	}
}

/* xz is smallest, gz is everywhere, bz2 is slowest. */
static int
archive_rank(const struct artifact *artifact)
{
	static const char *const endings[] = { ".tar.xz", ".tar.zst", ".tgz", ".tar.gz",
					       ".tar.bz2" };
	int rank = 0;

	for (; rank < (int)(sizeof(endings) / sizeof(*endings)); rank++)
		if (str_ends(str_from(artifact->url), str_from(endings[rank])))
			break;
	return rank;
}

static int
compare_sources(const void *a, const void *b)
{
	const struct artifact *x = a;
	const struct artifact *y = b;
	int order = archive_rank(x) - archive_rank(y);

	return order ? order : strcmp(x->url, y->url);
}

/* A newer build has what was mended since; then what this CPU is made for. */
static int
compare_builds(const void *a, const void *b)
{
	const struct artifact *x = a;
	const struct artifact *y = b;
	int order = str_version_order(str_from(y->build), str_from(x->build));

	if (!order)
		order = str_version_order(str_from(y->cpu), str_from(x->cpu));
	if (!order)
		order = (int)x->kind - (int)y->kind;
	return order ? order : compare_sources(a, b);
}

static int
find(const struct catalog *catalog, struct finder *f, struct artifacts *ret, struct err *err)
{
	cleanup_catalog_texts struct catalog_texts texts = { 0 };
	struct catalog_scope scope = { version_implementation(&f->request.want), f->target,
				       f->kind == ARTIFACT_SOURCE };

	if (catalog_read(catalog, &scope, &texts, err) < 0)
		return -1;
	for (size_t i = 0; i < texts.count; i++)
		find_in_text(f, &texts.items[i]);
	for (size_t i = 0; i < f->count; i++) {
		ret->items = vec_grow(ret->items, ret->count, sizeof(*ret->items));
		if (catalog_parse_row(f->picks[i].row, f->picks[i].file->path, &ret->texts,
				      &ret->items[ret->count], err) < 0)
			return -1;
		ret->count++;
	}
	if (ret->count)
		qsort(ret->items, ret->count, sizeof(*ret->items),
		      f->target ? compare_builds : compare_sources);
	return 0;
}

int
catalog_find(const struct catalog *catalog, const struct request *request, enum artifact_kind kind,
	     const struct catalog_filter *filter, struct artifacts *ret_artifacts, struct err *err)
{
	cleanup_with(finder_reset) struct finder f = { .filter = filter };

	/* It is built here, for this machine. */
	if (!request_takes_platform(request, platform_os(), platform_arch(), platform_libc(), NULL))
		return 0;
	finder_init(&f, request, kind);
	return find(catalog, &f, ret_artifacts, err);
}

int
catalog_find_prebuilt(const struct catalog *catalog, const struct request *request,
		      const struct target *target, const struct catalog_filter *filter,
		      struct artifacts *ret, struct err *err)
{
	cleanup_with(finder_reset) struct finder f = { .target = target, .filter = filter };

	finder_init(&f, request, ARTIFACT_STANDALONE);
	return find(catalog, &f, ret, err);
}

void
artifacts_reset(struct artifacts *artifacts)
{
	free(artifacts->items);
	strvec_reset(&artifacts->texts);
	*artifacts = (struct artifacts){ 0 };
}
