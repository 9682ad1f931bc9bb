/* SPDX-License-Identifier: MIT */
/* Lists of builds: uv's download-metadata.json, PyPy's versions.json, GraalPy's releases. */
#include <config.h>

#include <string.h>

#include "supply/catalog_import_internal.h"
#include "trust/digest.h"

/* The digest of a file in GitHub's list of releases. */
#define DIGEST_PREFIX "sha256:"

static const char *
text_or(const json_t *object, const char *key, const char *otherwise)
{
	const char *text = json_get_text(object, key);

	return text ? text : otherwise;
}

/* "3.15.0rc1". False when a part of it is missing. */
static char *
cpython_version(const json_t *build)
{
	uint64_t major;
	uint64_t minor;
	uint64_t patch;

	if (!json_get_u64(build, "major", &major) || !json_get_u64(build, "minor", &minor) ||
	    !json_get_u64(build, "patch", &patch))
		return NULL;
	return mem_printf("%llu.%llu.%llu%s", (unsigned long long)major, (unsigned long long)minor,
			  (unsigned long long)patch, text_or(build, "prerelease", ""));
}

static int
malformed(const struct import_input *input, const char *key, struct err *err)
{
	return err_set(err, ERR_CHECK, "%s: the entry %s is malformed", input->name, key);
}

/* One of uv's entries. Windows and the web are not ours to install for; PyPy's and GraalPy's
 * versions are those of their file names. */
static int
add_build(struct import_input *input, const char *key, const json_t *build, struct err *err)
{
	const json_t *arch = json_object_get(build, "arch");
	const char *implementation = json_get_text(build, "name");
	const char *url = json_get_text(build, "url");
	const char *libc = json_get_text(build, "libc");
	struct artifact a = { .kind = ARTIFACT_STANDALONE };
	cleanup_free char *version = NULL;

	if (!implementation || !url || !libc)
		return malformed(input, key, err);
	a.url = url;
	a.sha256 = text_or(build, "sha256", "");
	a.variant = text_or(build, "variant", "");
	a.cpu = text_or(arch, "variant", "");
	a.build = text_or(build, "build", "");
	if (!import_platform(str_from(json_get_text(build, "os")),
			     str_from(json_get_text(arch, "family")), &a))
		return 0;
	if (strcmp(implementation, "cpython") == 0) {
		a.implementation = implementation;
		a.libc = libc;
		version = cpython_version(build);
		if (!version)
			return malformed(input, key, err);
	} else {
		a.build = "";
		version = import_file_version(url, &a);
		if (!version)
			return 0;
	}
	a.version = version;
	return import_artifact(input, &a, err);
}

int
import_builds(struct import_input *input, const json_t *object, struct err *err)
{
	const char *key;
	json_t *build;

	json_object_foreach((json_t *)object, key, build) {
		if (!json_is_object(build))
			return err_set(err, ERR_CHECK,
				       "%s: there is no list of release files in it", input->name);
		if (add_build(input, key, build, err) < 0)
			return -1;
	}
	return 0;
}

/* A file that is named by itself: PyPy's and GraalPy's. */
static int
add_named(struct import_input *input, const char *url, const char *sha256, uint64_t size,
	  struct err *err)
{
	struct artifact a = { .kind = ARTIFACT_STANDALONE,
			      .variant = "",
			      .cpu = "",
			      .build = "",
			      .url = url,
			      .sha256 = sha256,
			      .size = size };
	cleanup_free char *version = import_file_version(url, &a);

	if (!version)
		return 0;
	a.version = version;
	return import_artifact(input, &a, err);
}

int
import_pypy(struct import_input *input, const json_t *list, struct err *err)
{
	const json_t *release;
	const json_t *file;
	size_t i;
	size_t k;

	json_array_foreach(list, i, release) {
		/* The last builds of each branch, from before they are released. */
		if (!json_is_true(json_object_get(release, "stable")))
			continue;
		json_array_foreach(json_object_get(release, "files"), k, file) {
			const char *url = json_get_text(file, "download_url");

			if (url && add_named(input, url, "", 0, err) < 0)
				return -1;
		}
	}
	return 0;
}

int
import_graalpy(struct import_input *input, const json_t *list, struct err *err)
{
	const json_t *release;
	const json_t *file;
	size_t i;
	size_t k;

	json_array_foreach(list, i, release) {
		json_array_foreach(json_object_get(release, "assets"), k, file) {
			const char *url = json_get_text(file, "browser_download_url");
			const char *digest = text_or(file, "digest", "");
			uint64_t size = 0;

			(void)json_get_u64(file, "size", &size);
			if (strncmp(digest, DIGEST_PREFIX, strlen(DIGEST_PREFIX)) == 0)
				digest += strlen(DIGEST_PREFIX);
			if (url && add_named(input, url, digest, size, err) < 0)
				return -1;
		}
	}
	return 0;
}
