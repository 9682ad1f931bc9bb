/* SPDX-License-Identifier: MIT */
/* What an installed version consists of, for programs that keep account of software. */
#include <config.h>

#include "supply/sbom_internal.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/path.h"
#include "core/layout.h"
#include "supply/verify.h"
#include "trust/digest.h"

/* As supply/receipt writes it. */
#define RECEIPT_MAX ((size_t)1024 * 1024)
/* A tree's manifest, whose digest names the document. */
#define MANIFEST_MAX ((size_t)128 * 1024 * 1024)

static void
sbom_reset(struct sbom *s)
{
	dir_reset(&s->tree);
	facts_reset(&s->facts);
	json_decref(s->receipt);
	json_decref(s->packages);
	json_decref(s->files);
	json_decref(s->relationships);
	strvec_reset(&s->sha1s);
	strvec_reset(&s->seen);
}

void
sbom_relate(struct sbom *s, const char *from, const char *type, const char *to)
{
	json_array_append_new(s->relationships,
			      json_pack("{s:s, s:s, s:s}", "spdxElementId", from,
					"relationshipType", type, "relatedSpdxElement", to));
}

/* It must be about what was installed. */
static int
check_whole(const struct sbom *s, struct err *err)
{
	cleanup_verify_report struct verify_report report = { 0 };

	if (verify_version(s->store, s->name, s->events, &report, err) < 0)
		return -1;
	if (report.damaged == 0)
		return 0;
	(void)err_set(err, ERR_CHECK, "%zu file%s of %s %s not as installed", report.damaged,
		      report.damaged == 1 ? "" : "s", s->name, report.damaged == 1 ? "is" : "are");
	return err_detail(err, "to fix", "pyvern verify %s, and pyvern repair %s", s->name,
			  s->name);
}

static int
open_all(struct sbom *s, struct err *err)
{
	cleanup_free char *path = store_path(s->store, s->name);
	cleanup_dirfd struct dir meta = DIR_INIT;
	cleanup_buf struct buf text = BUF_INIT(RECEIPT_MAX);

	if (check_whole(s, err) < 0 || fs_open_dir(path, &s->tree, err) < 0 ||
	    facts_read(s->store, s->name, &s->facts, err) < 0 ||
	    fs_open_dir_at(&s->tree, LAYOUT_META, &meta, err) < 0 ||
	    fs_read_file(&meta, LAYOUT_RECEIPT, &text, err) < 0)
		return -1;
	return json_parse(buf_str(&text), "the receipt", RECEIPT_MAX, &s->receipt, err);
}

/* The address that the artifact came from, where it is one that others can ask, too. */
static const char *
location(const json_t *artifact)
{
	const char *url = json_get_text(artifact, "url");
	bool is_web = url && (str_starts(str_from(url), STR_LIT("https://")) ||
			      str_starts(str_from(url), STR_LIT("http://")));

	return is_web && !strstr(url, "***") ? url : SPDX_UNKNOWN;
}

/* By what scanners know it. */
static json_t *
references(const struct sbom *s)
{
	const char *version = s->facts.version;
	cleanup_free char *purl = mem_printf("pkg:generic/%s@%s",
					     strcmp(s->facts.implementation, "cpython") == 0
						     ? "python"
						     : s->facts.implementation,
					     version);
	cleanup_free char *cpe = mem_printf("cpe:2.3:a:python:python:%s:*:*:*:*:*:*:*", version);
	json_t *list = json_array();

	json_array_append_new(list,
			      json_pack("{s:s, s:s, s:s}", "referenceCategory", "PACKAGE-MANAGER",
					"referenceType", "purl", "referenceLocator", purl));
	if (strcmp(s->facts.implementation, "cpython") == 0)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "referenceCategory",
						      "SECURITY", "referenceType", "cpe23Type",
						      "referenceLocator", cpe));
	return list;
}

/* How it came about, in words. */
static char *
origin_text(const struct sbom *s)
{
	const json_t *artifact = json_object_get(s->receipt, "artifact");
	const char *kind = json_get_text(json_object_get(s->receipt, "choice"), "kind");
	const char *word = json_get_text(artifact, "provenance");
	bool is_built = json_is_object(json_object_get(s->receipt, "build"));

	return mem_printf("%s; what vouches for it: %s. The checksum is that of the file that it "
			  "was made of.",
			  is_built ? "built here from source"
			  : kind   ? kind
				   : "of unknown kind",
			  word ? word : "nothing");
}

/* A SHA-1 over those of all files in their order (clause 7.9). */
static int
verification_code(struct sbom *s, char ret[DIGEST_SHA1_HEX_SIZE], struct err *err)
{
	cleanup_free char *all = NULL;

	strvec_sort(&s->sha1s);
	all = strvec_join(&s->sha1s, "");
	return digest_sha1_text(str_from(all), ret, err);
}

static int
add_python(struct sbom *s, struct err *err)
{
	const json_t *artifact = json_object_get(s->receipt, "artifact");
	const char *sha256 = json_get_text(artifact, "sha256");
	const char *url = json_get_text(artifact, "url");
	bool is_cpython = strcmp(s->facts.implementation, "cpython") == 0;
	cleanup_free char *comment = origin_text(s);
	char code[DIGEST_SHA1_HEX_SIZE];
	json_t *package;

	if (verification_code(s, code, err) < 0)
		return -1;
	package = json_pack("{s:s, s:s, s:s, s:s, s:b, s:{s:s}, s:s, s:s, s:s, s:s, s:o, s:s}",
			    "SPDXID", SPDX_PYTHON, "name", s->facts.implementation, "versionInfo",
			    s->facts.version, "downloadLocation", location(artifact),
			    "filesAnalyzed", true, "packageVerificationCode",
			    "packageVerificationCodeValue", code, "licenseConcluded", SPDX_UNKNOWN,
			    "licenseDeclared", is_cpython ? "Python-2.0.1" : SPDX_UNKNOWN,
			    "copyrightText", SPDX_UNKNOWN, "primaryPackagePurpose", "APPLICATION",
			    "externalRefs", references(s), "comment", comment);
	if (!package)
		return err_set(err, ERR_FAILED, "out of memory");
	if (url && *path_base(url).p)
		json_object_set_new(package, "packageFileName", json_text(path_base(url).p));
	if (sha256 && digest_hex_ok(str_from(sha256)))
		json_object_set_new(
			package, "checksums",
			json_pack("[{s:s, s:s}]", "algorithm", "SHA256", "checksumValue", sha256));
	json_array_insert_new(s->packages, 0, package);
	sbom_relate(s, SPDX_DOCUMENT, "DESCRIBES", SPDX_PYTHON);
	return 0;
}

/* "2026-12-31T23:59:59Z": now, or what SOURCE_DATE_EPOCH says. */
static void
stamp(char ret[sizeof("2026-12-31T23:59:59Z")])
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	uint64_t seconds;
	time_t when = epoch && str_u64(str_from(epoch), 0, INT32_MAX, &seconds) ? (time_t)seconds
										: time(NULL);
	struct tm tm;

	gmtime_r(&when, &tm);
	(void)strftime(ret, sizeof("2026-12-31T23:59:59Z"), "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* A name that no other document has: that of the form of SPDX's own, with the digest of all
 * that is in the version. */
static int
namespace_of(const struct sbom *s, char **ret, struct err *err)
{
	cleanup_dirfd struct dir meta = DIR_INIT;
	cleanup_buf struct buf text = BUF_INIT(MANIFEST_MAX);
	cleanup_digest struct digest *digest = NULL;
	char hex[DIGEST_HEX_SIZE];

	if (fs_open_dir_at(&s->tree, LAYOUT_META, &meta, err) < 0 ||
	    fs_read_file(&meta, LAYOUT_MANIFEST, &text, err) < 0 || digest_new(&digest, err) < 0 ||
	    digest_add(digest, text.data, text.len, err) < 0)
		return -1;
	for (size_t i = 0; i < s->sha1s.count; i++)
		if (digest_add(digest, s->sha1s.items[i], strlen(s->sha1s.items[i]), err) < 0)
			return -1;
	if (digest_finish(digest, hex, err) < 0)
		return -1;
	*ret = mem_printf("https://spdx.org/spdxdocs/%s-%s-%.32s", s->facts.implementation,
			  s->facts.version, hex);
	return 0;
}

static int
render(struct sbom *s, struct buf *ret, struct err *err)
{
	char created[sizeof("2026-12-31T23:59:59Z")];
	cleanup_free char *namespace = NULL;
	cleanup_json json_t *doc = NULL;

	if (namespace_of(s, &namespace, err) < 0)
		return -1;
	stamp(created);
	doc = json_pack("{s:s, s:s, s:s, s:o, s:s, s:{s:s, s:[s]}, s:O, s:O, s:O}", "spdxVersion",
			"SPDX-2.3", "dataLicense", "CC0-1.0", "SPDXID", SPDX_DOCUMENT, "name",
			json_text(s->name), "documentNamespace", namespace, "creationInfo",
			"created", created, "creators", "Tool: pyvern-" PACKAGE_VERSION, "packages",
			s->packages, "files", s->files, "relationships", s->relationships);
	if (!doc)
		return err_set(err, ERR_FAILED, "out of memory");
	return json_render(doc, ret, err);
}

int
sbom_write(const struct store *store, const char *name, const struct events *events,
	   struct buf *ret, struct err *err)
{
	cleanup_with(sbom_reset) struct sbom s = { .store = store,
						   .name = name,
						   .events = events,
						   .tree = DIR_INIT,
						   .packages = json_array(),
						   .files = json_array(),
						   .relationships = json_array() };

	if (open_all(&s, err) < 0 || sbom_add_files(&s, err) < 0 ||
	    sbom_add_packages(&s, err) < 0 || add_python(&s, err) < 0)
		return -1;
	return render(&s, ret, err);
}
