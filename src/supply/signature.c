/* SPDX-License-Identifier: MIT */
/* Signatures of artifacts: files, and the tables that say whose they must be. */
#include <config.h>

#include <string.h>
#include <time.h>

#include "base/path.h"
#include "os/fs.h"
#include "supply/signature_internal.h"
#include "trust/root.h"

#define SIGNERS_FIRST "# pyvern signers 1"
#define OPENPGP_FIRST "# pyvern openpgp 1"
#define BUILDERS_FIRST "# pyvern builders 1"
#define DAY_SECONDS (24 * 60 * 60)

int
signature_read_file(const char *path, struct buf *ret, struct err *err)
{
	cleanup_dirfd struct dir folder = DIR_INIT;
	struct str parent = path_dir(path);
	cleanup_free char *parent_text = mem_strndup(parent.p, parent.n);
	cleanup_free char *name = mem_strdup(path_base(path).p);

	if (fs_open_dir(parent_text, &folder, err) < 0)
		return -1;
	return fs_read_file(&folder, name, ret, err);
}

int
signature_root_read(const char *path, struct trust_root **ret, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(TRUST_ROOT_MAX);

	if (signature_read_file(path, &text, err) < 0)
		return -1;
	return trust_root_parse(buf_str(&text), path, ret, err);
}

int
signature_root_shipped(const struct layout *layout, struct trust_root **ret, struct err *err)
{
	cleanup_free char *path = path_join(layout->share, "trust", "sigstore.tsv", NULL);

	return signature_root_read(path, ret, err);
}

char *
signature_root_age(const struct trust_root *root)
{
	cleanup_free char *midnight = root->date ? mem_printf("%sT00:00:00Z", root->date) : NULL;
	int64_t then;
	int64_t days;

	if (!root->date)
		return NULL;
	if (!trust_time_parse(str_from(midnight), &then))
		return mem_strdup(root->date);
	days = ((int64_t)time(NULL) - then / 1000) / DAY_SECONDS;
	/* A clock that is wrong says nothing. */
	if (days < 0)
		return mem_strdup(root->date);
	if (days == 0)
		return mem_printf("%s, today", root->date);
	return mem_printf("%s, %lld day%s ago", root->date, (long long)days, days == 1 ? "" : "s");
}

static const struct {
	const char *name;
	const char *ending;
} kinds[] = {
	[SIGNATURE_NONE] = { "none", "" },
	[SIGNATURE_SIGSTORE] = { "sigstore", ".sigstore" },
	[SIGNATURE_ATTESTATION] = { "attestation", ".sigstore" },
	[SIGNATURE_OPENPGP] = { "openpgp", ".asc" },
};

const char *
signature_kind_name(enum signature_kind kind)
{
	return kinds[kind].name;
}

const char *
signature_kind_ending(enum signature_kind kind)
{
	return kinds[kind].ending;
}

void
signature_reset(struct signature *signature)
{
	sigstore_report_reset(&signature->report);
	free(signature->fingerprint);
	buf_reset(&signature->text);
	free(signature->why);
	*signature = (struct signature)SIGNATURE_INIT;
}

void
signature_ways_reset(struct signature_ways *ways)
{
	for (size_t i = 0; i < ways->count; i++) {
		free(ways->items[i].identity);
		free(ways->items[i].issuer);
		free(ways->items[i].service);
	}
	free(ways->why);
	*ways = (struct signature_ways){ 0 };
}

struct str
signature_series(const char *version)
{
	struct str text = str_from(version);
	size_t major = str_find(text, '.');
	size_t n = major + 1;

	while (n < text.n && str_is_digit(text.p[n]))
		n++;
	return (struct str){ text.p, n < text.n ? n : text.n };
}

int
signature_table(const struct layout *layout, const char *name, const char *first, struct buf *ret,
		struct err *err)
{
	cleanup_free char *path = path_join(layout->share, "trust", name, NULL);
	struct str rest;
	struct str line;

	if (signature_read_file(path, ret, err) < 0)
		return -1;
	rest = buf_str(ret);
	if (!str_line(&rest, &line) || !str_eq_text(line, first))
		return err_set(err, ERR_CHECK, "%s does not begin with: %s", path, first);
	return 0;
}

/* The release manager of the series, if there is one: "series identity issuer". */
static int
find_manager(const struct layout *layout, struct str series, struct signature_ways *ret,
	     struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);
	struct signature_way *way = &ret->items[ret->count];
	struct str rest;
	struct str line;

	if (signature_table(layout, "cpython.tsv", SIGNERS_FIRST, &text, err) < 0)
		return -1;
	rest = buf_str(&text);
	while (str_line(&rest, &line)) {
		struct str name;
		struct str identity;

		if (!str_split(&line, '\t', &name) || !str_eq(name, series) ||
		    !str_split(&line, '\t', &identity) || line.n == 0)
			continue;
		*way = (struct signature_way){ .kind = SIGNATURE_SIGSTORE,
					       .identity = mem_strndup(identity.p, identity.n),
					       .issuer = mem_strndup(line.p, line.n) };
		ret->count++;
		return 0;
	}
	return 0;
}

static int
find_openpgp(const struct layout *layout, struct str series, struct signature_ways *ret,
	     struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(OPENPGP_KEYS_MAX);
	cleanup_openpgp_table struct openpgp_table table = { 0 };

	if (signature_table(layout, "openpgp.tsv", OPENPGP_FIRST, &text, err) < 0 ||
	    openpgp_table_parse(buf_str(&text), "openpgp.tsv", &table, err) < 0)
		return -1;
	if (openpgp_table_find(&table, series, 0))
		ret->items[ret->count++] = (struct signature_way){ .kind = SIGNATURE_OPENPGP };
	return 0;
}

/* Whose builds ADDRESS begins as: "address service identity issuer". */
static int
find_builder(const struct layout *layout, const char *address, struct signature_ways *ret,
	     struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);
	struct signature_way *way = &ret->items[ret->count];
	struct str rest;
	struct str line;

	if (signature_table(layout, "builders.tsv", BUILDERS_FIRST, &text, err) < 0)
		return -1;
	rest = buf_str(&text);
	while (str_line(&rest, &line)) {
		struct str part[3];

		if (!str_split(&line, '\t', &part[0]) || part[0].n == 0 || part[0].p[0] == '#' ||
		    !str_starts(str_from(address), part[0]) || !str_split(&line, '\t', &part[1]) ||
		    !str_split(&line, '\t', &part[2]) || line.n == 0)
			continue;
		*way = (struct signature_way){ .kind = SIGNATURE_ATTESTATION,
					       .service = mem_strndup(part[1].p, part[1].n),
					       .identity = mem_strndup(part[2].p, part[2].n),
					       .issuer = mem_strndup(line.p, line.n) };
		ret->count++;
		return 0;
	}
	return 0;
}

int
signature_ways_find(const struct layout *layout, const struct artifact *artifact,
		    struct signature_ways *ret, struct err *err)
{
	struct str series = signature_series(artifact->version);

	if (artifact->kind == ARTIFACT_SOURCE && strcmp(artifact->implementation, "cpython") == 0) {
		if (find_manager(layout, series, ret, err) < 0 ||
		    find_openpgp(layout, series, ret, err) < 0)
			return -1;
		ret->unknown = ret->count == 0;
		if (ret->unknown)
			ret->why =
				mem_printf("nobody is known to sign CPython %.*s", STR_ARG(series));
	} else {
		if (artifact->kind == ARTIFACT_STANDALONE &&
		    find_builder(layout, artifact->url, ret, err) < 0)
			return -1;
		if (ret->count == 0)
			ret->why = mem_strdup("nobody signs it");
	}
	return 0;
}
