/* SPDX-License-Identifier: MIT */
/* An artifact that no catalogue has: a file that the user names. */
#include <config.h>

#include "supply/catalog_import_named.h"

#include <string.h>

#include "base/path.h"
#include "io/url.h"
#include "supply/catalog_import_internal.h"
#include "trust/digest.h"

/* What a file's name says. */
struct reading {
	bool is_known;		  /* the kind is */
	struct artifact artifact; /* static texts, but for: */
	char *version;		  /* or NULL */
	char *build;
};

static void
reading_reset(struct reading *r)
{
	free(r->version);
	free(r->build);
}

/* Cut the part of *S before the first C off it; all of it when there is none. */
static struct str
take_until(struct str *s, char c)
{
	struct str part = { s->p, str_find(*s, c) };

	*s = str_skip(*s, part.n + 1);
	return part;
}

static bool
contains(struct str s, const char *text)
{
	struct str wanted = str_from(text);

	for (; s.n >= wanted.n; s = str_skip(s, 1))
		if (str_starts(s, wanted))
			return true;
	return false;
}

static const char *
variant_of(struct str flags)
{
	bool debug = contains(flags, "debug");

	if (contains(flags, "freethreaded"))
		return debug ? "freethreaded+debug" : "freethreaded";
	return debug ? "debug" : "";
}

/* "x86_64_v3" of a build's name. */
static bool
read_machine(struct str arch, struct str os, struct artifact *a)
{
	static const struct {
		const char *ending;
		const char *level;
	} levels[] = { { "_v2", "v2" }, { "_v3", "v3" }, { "_v4", "v4" } };

	a->cpu = "";
	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++)
		if (str_ends(arch, str_from(levels[i].ending))) {
			a->cpu = levels[i].level;
			arch.n -= strlen(levels[i].ending);
		}
	return import_platform(os, arch, a);
}

/* "gnu", "musl", "gnueabihf". */
static const char *
known_libc(struct str word)
{
	static const char *const words[] = { "gnu", "musl", "gnueabi", "gnueabihf" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_eq_text(word, words[i]))
			return words[i];
	return NULL;
}

/* Cut "+20261101" off the end of *VERSION; the date, if it is one. */
static struct str
take_build(struct str *version)
{
	size_t at = 0;
	struct str build;
	uint64_t date;

	while (at < version->n && version->p[at] != '+' && version->p[at] != '%')
		at++;
	build = str_skip(*version, at + (at < version->n && version->p[at] == '%' ? 3 : 1));
	version->n = at;
	return str_u64(build, 0, UINT64_MAX, &date) ? build : (struct str){ "", 0 };
}

/* "cpython-3.14.9+20261101-x86_64_v3-unknown-linux-gnu-freethreaded-install_only…", whose
 * plus sign may be %2B in an address. */
static void
read_standalone(struct str name, struct reading *r)
{
	struct str version;
	struct str arch;
	struct str vendor;
	struct str os;
	struct str build;
	struct artifact a = r->artifact;
	struct version v;

	name = str_skip(name, strlen("cpython-"));
	version = take_until(&name, '-');
	arch = take_until(&name, '-');
	vendor = take_until(&name, '-');
	os = take_until(&name, '-');
	build = take_build(&version);
	if (!version_parse(version, &v) || !str_eq_text(v.family, "cpython") || vendor.n == 0 ||
	    !read_machine(arch, os, &a))
		return;
	if (strcmp(a.os, "linux") == 0)
		a.libc = known_libc(take_until(&name, '-'));
	if (!a.libc)
		return;
	a.kind = ARTIFACT_STANDALONE;
	a.variant = variant_of(name);
	r->is_known = true;
	r->artifact = a;
	r->version = mem_strndup(version.p, version.n);
	r->build = mem_strndup(build.p, build.n);
}

/* "Miniconda3-py312_24.9.2-0-Linux-x86_64.sh": miniconda3-3.12-24.9.2-0. A "latest"
 * tells no version. */
static void
read_installer(struct str file, struct reading *r)
{
	struct str name = { file.p, file.n - strlen(".sh") };
	struct str family = take_until(&name, '-');
	cleanup_free char *word = mem_strndup(family.p, family.n);
	struct str arch = { NULL, 0 };
	struct str os = { NULL, 0 };
	struct str tag;
	struct version v;

	r->is_known = true;
	r->artifact.kind = ARTIFACT_INSTALLER;
	for (size_t i = name.n; i > 0 && !os.n; i--) {
		if (name.p[i - 1] != '-')
			continue;
		if (!arch.n)
			arch = str_skip(name, i);
		else
			os = (struct str){ name.p + i, (size_t)(arch.p - 1 - name.p) - i };
		if (os.n)
			name.n = i - 1;
	}
	if (!os.n || !import_platform(str_eq_text(os, "Linux")	  ? STR_LIT("linux")
				      : str_eq_text(os, "MacOSX") ? STR_LIT("darwin")
								  : os,
				      arch, &r->artifact))
		return;
	for (char *p = word; *p; p++)
		*p = str_lower(*p);
	tag = name;
	/* py312_ is the language, one digit of major. */
	if (str_starts(name, STR_LIT("py")) && str_find(name, '_') < name.n && name.n > 4) {
		struct str language = str_skip(take_until(&tag, '_'), 2);

		r->version = mem_printf("%s-%.1s.%.*s-%.*s", word, language.p,
					STR_ARG(str_skip(language, 1)), STR_ARG(tag));
	} else {
		r->version = mem_printf("%s-%.*s", word, STR_ARG(name));
	}
	if (!version_parse(str_from(r->version), &v) || !v.family.n || v.stage == VERSION_DEV) {
		free(r->version);
		r->version = NULL;
	}
}

static void
read_name(const char *url, struct reading *r)
{
	static const char *const installers[] = { "Miniconda", "Anaconda", "Miniforge",
						  "Mambaforge" };
	struct str name = url_base_name(url);
	const char *type;

	r->artifact =
		(struct artifact){ .variant = "", .os = "", .arch = "", .libc = "", .cpu = "" };
	if (catalog_import_source(url, &r->version, &type)) {
		r->is_known = true;
		r->artifact.kind = ARTIFACT_SOURCE;
	} else if (str_starts(name, STR_LIT("cpython-"))) {
		read_standalone(name, r);
	} else if (str_ends(name, STR_LIT(".sh"))) {
		for (size_t i = 0; i < sizeof(installers) / sizeof(*installers); i++)
			if (str_starts(name, str_from(installers[i])))
				read_installer(name, r);
	} else {
		r->version = import_file_version(url, &r->artifact);
		r->is_known = r->version != NULL;
		r->artifact.kind = ARTIFACT_STANDALONE;
	}
}

/* The address of what the user wrote. */
static int
find_address(const struct catalog_naming *in, char **ret_url, struct err *err)
{
	cleanup_free char *shown = url_mask(in->place);
	cleanup_free char *path = NULL;

	if (url_scheme(in->place).n) {
		if (!url_ok(in->place))
			return err_set(err, ERR_USAGE, "%s is no http, https or file address",
				       shown);
		*ret_url = mem_strdup(in->place);
		return 0;
	}
	if (!*in->place || (in->place[0] != '/' && !in->cwd))
		return err_set(err, ERR_USAGE, "\"%s\" is no address and no file", shown);
	path = path_clean(in->cwd ? in->cwd : "/", in->place);
	*ret_url = url_from_path(path);
	if (!url_ok(*ret_url))
		return err_set(err, ERR_USAGE, "%s is longer than a path can be", shown);
	return 0;
}

static int
decide_kind(const struct catalog_naming *in, struct reading *r, struct err *err)
{
	cleanup_free char *shown = url_mask(in->place);
	bool says_source = r->artifact.kind == ARTIFACT_SOURCE;

	if (r->is_known) {
		if (!(says_source ? in->is_prebuilt : in->is_source))
			return 0;
		return err_set(err, ERR_USAGE, "%s is %s by its name, which --%s excludes", shown,
			       says_source ? "a source" : "no source",
			       says_source ? "prebuilt" : "build");
	}
	if (!in->is_source && !in->is_prebuilt) {
		(void)err_set(err, ERR_USAGE, "what %s is cannot be told by its name", shown);
		return err_detail(err, "to fix",
				  "--build with it, if it is a source to compile; --prebuilt, if a "
				  "Python that somebody built");
	}
	r->artifact.kind = in->is_source ? ARTIFACT_SOURCE : ARTIFACT_STANDALONE;
	return 0;
}

static int
check_machine(const struct catalog_naming *in, const struct artifact *a, struct err *err)
{
	const struct target *t = &in->target;

	if (!*a->os || (strcmp(a->os, t->os) == 0 && strcmp(a->arch, t->arch) == 0 &&
			strcmp(a->libc, t->libc) == 0 && strcmp(a->cpu, t->cpu) <= 0))
		return 0;
	(void)err_set(err, ERR_UNKNOWN_VERSION, "%.*s is for another machine: %s %s %s %s",
		      STR_ARG(url_base_name(in->place)), a->os, a->arch, a->libc, a->cpu);
	(void)err_detail(err, "this is", "%s %s %s %s", t->os, t->arch, t->libc, t->cpu);
	return err_detail(err, "to fix", "the file that is for this machine");
}

/* What a version that only the request names must have: a prefix is no version. */
static bool
is_whole(const struct version *v)
{
	return v->family.n && !v->env.n &&
	       (!str_eq_text(v->family, "cpython") || v->release_parts >= 3);
}

static int
version_unknown(const struct catalog_naming *in, struct err *err)
{
	cleanup_free char *shown = url_mask(in->place);

	if (in->request)
		(void)err_set(err, ERR_USAGE, "%s is no whole version, and %s does not tell it",
			      in->request, shown);
	else
		(void)err_set(err, ERR_USAGE, "of which version %s is cannot be told by its name",
			      shown);
	return err_detail(err, "to fix", "a whole version before --from, like 3.14.9");
}

/* The version: the name's if the request accepts it, else the request's. */
static int
decide_version(const struct catalog_naming *in, struct reading *r, char **ret, struct err *err)
{
	bool is_source = r->artifact.kind == ARTIFACT_SOURCE;
	bool threaded = in->free_threaded ||
			str_starts(str_from(r->artifact.variant), STR_LIT("freethreaded"));
	bool debug = in->debug || str_ends(str_from(r->artifact.variant), STR_LIT("debug"));
	cleanup_free char *name = NULL;
	struct request request = { .kind = REQUEST_LATEST };
	const char *why = NULL;
	struct version v;

	if (in->request && !request_parse(str_from(in->request), &request, &why))
		return err_set(err, ERR_USAGE, "%s is no version: %s", in->request, why);
	if (request.kind != REQUEST_PREFIX && !r->version)
		return version_unknown(in, err);
	/* One source makes all variants. */
	if (in->request && is_source) {
		threaded = in->free_threaded || request.want.free_threaded;
		debug |= request.want.debug;
	}
	if (!r->version) {
		if (!is_whole(&request.want))
			return version_unknown(in, err);
		r->version = mem_strndup(request.name.p, request.name.n);
		threaded = debug = false;
	}
	name = mem_printf("%s%s%s", r->version, threaded ? "t" : "", debug ? "-debug" : "");
	if (!version_parse(str_from(name), &v))
		return version_unknown(in, err);
	request.want.debug |= in->debug;
	request.want.free_threaded |= in->free_threaded;
	if (in->request && !request_matches(&request, &v)) {
		(void)err_set(err, ERR_USAGE, "%.*s is %s by its name, not %s",
			      STR_ARG(url_base_name(in->place)), name, in->request);
		return err_detail(err, "to fix", "the version that it is, or none, before --from");
	}
	*ret = steal_ptr(&name);
	return 0;
}

static const char *
keep(struct artifacts *to, const char *text)
{
	strvec_add(&to->texts, text ? text : "");
	return to->texts.items[to->texts.count - 1];
}

static void
fill(const struct catalog_naming *in, const struct reading *r, const char *url,
     struct catalog_named *ret)
{
	struct artifacts *to = &ret->artifacts;
	struct artifact *a;
	struct version v = { .name = str_from(r->version) };
	struct str implementation;
	cleanup_free char *word = NULL;

	(void)version_parse(str_from(r->version), &v);
	implementation = version_implementation(&v);
	word = mem_strndup(implementation.p, implementation.n);
	to->items = vec_grow(NULL, 0, sizeof(*to->items));
	to->count = 1;
	a = &to->items[0];
	*a = r->artifact;
	a->implementation = keep(to, word);
	a->version = keep(to, r->version);
	a->build = keep(to, r->build);
	a->url = keep(to, url);
	a->sha256 = keep(to, in->sha256);
	a->size = 0;
}

int
catalog_name(const struct catalog_naming *in, struct catalog_named *ret, struct err *err)
{
	cleanup_with(reading_reset) struct reading r = { 0 };
	cleanup_free char *url = NULL;

	if (in->sha256 && !digest_hex_ok(str_from(in->sha256))) {
		(void)err_set(err, ERR_USAGE, "%s is no SHA-256", in->sha256);
		return err_detail(err, "to fix", "--sha256 with 64 digits, small letters");
	}
	if (find_address(in, &url, err) < 0)
		return -1;
	read_name(url, &r);
	if (decide_kind(in, &r, err) < 0 || check_machine(in, &r.artifact, err) < 0 ||
	    decide_version(in, &r, &ret->version, err) < 0)
		return -1;
	fill(in, &r, url, ret);
	return 0;
}

void
catalog_named_reset(struct catalog_named *named)
{
	artifacts_reset(&named->artifacts);
	free(named->version);
	*named = (struct catalog_named){ 0 };
}
