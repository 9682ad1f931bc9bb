/* SPDX-License-Identifier: MIT */
/* How a version was built: written down, and read again for another one. */
#include <config.h>

#include <string.h>

#include "io/json.h"
#include "supply/receipt_internal.h"
#include "trust/digest.h"

json_t *
receipt_list_json(const struct strvec *texts)
{
	json_t *list = json_array();

	for (size_t i = 0; i < texts->count; i++)
		json_array_append_new(list, json_text(texts->items[i]));
	return list;
}

static bool
is_jobs(const char *word)
{
	struct str number = str_skip(str_from(word), 2);
	uint64_t value;

	return strncmp(word, "-j", 2) == 0 &&
	       (number.n == 0 || str_u64(number, 1, UINT32_MAX, &value));
}

/* How many compilers ran at once is of the machine, not of the version. */
static json_t *
make_words_json(const struct strvec *words)
{
	json_t *list = json_array();

	for (size_t i = 0; i < words->count; i++)
		if (!is_jobs(words->items[i]))
			json_array_append_new(list, json_text(words->items[i]));
	return list;
}

static json_t *
variables_json(const struct env *env)
{
	json_t *variables = json_object();

	for (size_t i = 0; build_like_variables[i]; i++)
		if (env_get(env, build_like_variables[i]))
			json_object_set_new(variables, build_like_variables[i],
					    json_text(env_get(env, build_like_variables[i])));
	return variables;
}

/* The digest of the patch, which lies beside. */
static int
add_patch(const struct receipt *r, json_t *build, struct err *err)
{
	cleanup_digest struct digest *digest = NULL;
	char hex[DIGEST_HEX_SIZE];

	if (!r->patch)
		return 0;
	if (digest_new(&digest, err) < 0 ||
	    digest_add(digest, r->patch, strlen(r->patch), err) < 0 ||
	    digest_finish(digest, hex, err) < 0)
		return -1;
	json_object_set_new(build, "patch_sha256", json_string(hex));
	json_object_set_new(build, "patches", json_text(r->patches));
	return 0;
}

static json_t *
asked_json(const struct receipt *r)
{
	struct strvec options = { 0 };
	json_t *asked;

	build_options_list(r->options, &options);
	asked = json_pack("{s:o, s:o, s:o, s:o, s:o}", "options", receipt_list_json(&options),
			  "configure", receipt_list_json(&r->settings->asked_words), "make",
			  make_words_json(&r->settings->make_words), "install",
			  receipt_list_json(&r->settings->install_words), "variables",
			  variables_json(&r->settings->env));
	strvec_reset(&options);
	return asked;
}

int
receipt_build_json(const struct receipt *r, json_t **ret, struct err *err)
{
	static const char *const variables[] = { "CFLAGS", "CPPFLAGS", "LDFLAGS" };
	cleanup_free char *make = NULL;

	*ret = json_null();
	if (!r->build)
		return 0;
	make = strvec_join(&r->settings->make_words, " ");
	*ret = json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:b, s:b, s:b}", "configure",
			 json_text(r->build->configure_line), "compiler",
			 json_text(r->settings->compiler), "compiler_version",
			 json_text(r->settings->compiler_version), "make_options", json_text(make),
			 "asked", asked_json(r), "debug_info", !r->build->no_debug_info, "tests",
			 !r->build->no_tests, "kept_answers", r->build->knew_answers, "ccache",
			 r->build->had_ccache, "network", !r->build->was_alone);
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++)
		json_object_set_new(*ret, variables[i],
				    json_text(env_get(&r->settings->env, variables[i])));
	return add_patch(r, *ret, err);
}

static bool
take_list(const json_t *list, struct strvec *ret)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item) {
		if (!json_is_string(item))
			return false;
		strvec_add(ret, json_string_value(item));
	}
	return json_is_array(list);
}

static bool
take_variables(const json_t *object, struct strvec *ret)
{
	for (size_t i = 0; build_like_variables[i]; i++) {
		const char *value = json_get_text(object, build_like_variables[i]);

		if (value)
			strvec_printf(ret, "%s=%s", build_like_variables[i], value);
	}
	return json_is_object(object);
}

static int
read_patch(const struct dir *meta, char **ret, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(BUILD_PATCH_MAX);

	if (!fs_exists_at(meta, LAYOUT_PATCH))
		return 0;
	if (fs_read_file(meta, LAYOUT_PATCH, &text, err) < 0)
		return -1;
	*ret = buf_take(&text);
	return 0;
}

int
receipt_read(const struct dir *meta, struct receipt_read *ret, struct err *err)
{
	cleanup_json json_t *doc = NULL;
	cleanup_buf struct buf text = BUF_INIT(RECEIPT_MAX);
	const json_t *build;
	const json_t *asked;

	*ret = (struct receipt_read){ 0 };
	if (fs_read_file(meta, LAYOUT_RECEIPT, &text, err) < 0 ||
	    json_parse(buf_str(&text), "the receipt", RECEIPT_MAX, &doc, err) < 0)
		return -1;
	build = json_object_get(doc, "build");
	asked = json_object_get(build, "asked");
	ret->is_built = json_is_object(build);
	ret->like.compiler = mem_strdup(json_get_text(build, "compiler_version"));
	ret->sha256 = mem_strdup(json_get_text(json_object_get(doc, "artifact"), "sha256"));
	if (!ret->is_built)
		return 0;
	if (!take_list(json_object_get(asked, "options"), &ret->like.options) ||
	    !take_list(json_object_get(asked, "configure"), &ret->like.configure) ||
	    !take_list(json_object_get(asked, "make"), &ret->like.make) ||
	    !take_list(json_object_get(asked, "install"), &ret->like.install) ||
	    !take_variables(json_object_get(asked, "variables"), &ret->like.variables))
		return err_set(err, ERR_FAILED, "its receipt does not tell how it was built");
	/* Ours are found again by the version. */
	if (json_is_string(json_object_get(build, "patches")))
		return 0;
	return read_patch(meta, &ret->like.patch, err);
}

static const char *
keep(struct artifacts *to, const char *text)
{
	strvec_add(&to->texts, text ? text : "");
	return to->texts.items[to->texts.count - 1];
}

static bool
kind_of(const char *text, enum artifact_kind *ret)
{
	static const enum artifact_kind kinds[] = { ARTIFACT_SOURCE, ARTIFACT_STANDALONE,
						    ARTIFACT_INSTALLER };

	for (size_t i = 0; text && i < sizeof(kinds) / sizeof(*kinds); i++) {
		*ret = kinds[i];
		if (strcmp(text, artifact_kind_name(kinds[i])) == 0)
			return true;
	}
	return false;
}

/* One source makes all variants of a CPython: "3.13.5" of 3.13.5t and 3.13.5-debug. Owned (free). */
static char *
source_version(const char *name, const struct version *version)
{
	size_t n = strlen(name);

	if (!str_eq_text(version->family, "cpython"))
		return mem_strdup(name);
	if (version->debug)
		n = strcspn(name, "-");
	if (version->free_threaded && n && name[n - 1] == 't')
		n--;
	return mem_strndup(name, n);
}

static void
fill_artifact(const json_t *choice, const json_t *artifact, const char *name, struct artifacts *ret)
{
	struct artifact *a;

	ret->items = vec_grow(NULL, 0, sizeof(*ret->items));
	ret->count = 1;
	a = &ret->items[0];
	*a = (struct artifact){
		.implementation = keep(ret, json_get_text(choice, "implementation")),
		.version = keep(ret, name),
		.variant = keep(ret, json_get_text(choice, "variant")),
		.os = keep(ret, json_get_text(choice, "os")),
		.arch = keep(ret, json_get_text(choice, "arch")),
		.libc = keep(ret, json_get_text(choice, "libc")),
		.cpu = keep(ret, json_get_text(choice, "cpu")),
		.build = keep(ret, json_get_text(choice, "build")),
		.url = keep(ret, json_get_text(artifact, "url")),
		.sha256 = keep(ret, json_get_text(artifact, "sha256")),
	};
	(void)kind_of(json_get_text(choice, "kind"), &a->kind);
	(void)json_get_u64(artifact, "size", &a->size);
}

int
receipt_read_artifact(const struct dir *meta, const char *name, struct catalog_named *ret,
		      struct err *err)
{
	cleanup_json json_t *doc = NULL;
	cleanup_buf struct buf text = BUF_INIT(RECEIPT_MAX);
	const json_t *artifact;
	const json_t *choice;
	const char *sha256;
	const char *provenance;
	enum artifact_kind kind;
	struct version version;
	cleanup_free char *plain = NULL;

	if (fs_read_file(meta, LAYOUT_RECEIPT, &text, err) < 0 ||
	    json_parse(buf_str(&text), "the receipt", RECEIPT_MAX, &doc, err) < 0)
		return -1;
	artifact = json_object_get(doc, "artifact");
	choice = json_object_get(doc, "choice");
	sha256 = json_get_text(artifact, "sha256");
	provenance = json_get_text(artifact, "provenance");
	if (!sha256 || !digest_hex_ok(str_from(sha256)) || !json_get_text(artifact, "url") ||
	    !kind_of(json_get_text(choice, "kind"), &kind) ||
	    (provenance && strcmp(provenance, provenance_kind_name(PROVENANCE_COMMIT)) == 0))
		return err_set(err, ERR_FAILED, "what it was made of cannot be had again");
	if (!version_parse(str_from(name), &version) || !version.family.n)
		return err_set(err, ERR_FAILED, "its name does not say which version it is");
	plain = source_version(name, &version);
	fill_artifact(choice, artifact, plain, &ret->artifacts);
	ret->version = mem_strdup(name);
	return 0;
}

void
receipt_read_reset(struct receipt_read *read)
{
	build_like_reset(&read->like);
	free(read->sha256);
	*read = (struct receipt_read){ 0 };
}
