/* SPDX-License-Identifier: MIT */
/* What the rules say on an installation's way: of files, definitions, and what vouches. */
#include <config.h>

#include <string.h>

#include "supply/install_internal.h"

static bool
is_stricter(const struct install_rules *rules, enum rules_source a, enum rules_source b)
{
	struct rules_line line;

	return rules_level(rules->rules, a, &line) > rules_level(rules->rules, b, &line);
}

/* Of a file of the user's, the source that more is required of: a file, or what it is. */
static enum rules_source
source_of(const struct install_rules *rules, enum artifact_kind kind, const struct version *v,
	  bool is_file)
{
	enum rules_source source = install_rules_source(kind, v);

	return is_file && is_stricter(rules, RULES_FILE, source) ? RULES_FILE : source;
}

static int
nothing_vouches(const char *name, const struct rules_line *line, const char *fix, struct err *err)
{
	(void)err_set(err, ERR_RULE, "nothing vouches for %s, and %s:%u requires a sha256", name,
		      line->path, line->number);
	return err_detail(err, "to fix", "%s", fix);
}

int
install_rules_check_named(const struct install_rules *rules, const struct catalog_named *named,
			  bool is_file, struct err *err)
{
	const struct artifact *artifact = &named->artifacts.items[0];
	enum rules_source source;
	struct rules_line line;
	struct version v;

	if (!version_parse(str_from(named->version), &v))
		return err_set(err, ERR_USAGE, "%s is no name of a version", named->version);
	source = source_of(rules, artifact->kind, &v, is_file);
	if (install_rules_check(rules, source, &v, err) < 0)
		return -1;
	if (rules_level(rules->rules, source, &line) == RULES_SHA256 && !*artifact->sha256)
		return nothing_vouches(named->version, &line, "--sha256 HEX", err);
	return 0;
}

/* What is required of each package of a definition, and of a branch. */
static int
check_package(const struct install_rules *rules, const struct definition_package *package,
	      enum rules_source source, const struct version *v, struct err *err)
{
	enum rules_level level;
	struct rules_line line;

	if (package->kind == DEFINITION_GIT && is_stricter(rules, RULES_BRANCH, source))
		source = RULES_BRANCH;
	if (install_rules_check(rules, source, v, err) < 0)
		return -1;
	level = rules_level(rules->rules, source, &line);
	if (level == RULES_SIGNATURE) {
		(void)err_set(err, ERR_RULE, "nothing signs %s, and %s:%u requires a signature",
			      package->name, line.path, line.number);
		return err_detail(err, "to fix", "a release: CPython's sources are signed");
	}
	if (level == RULES_SHA256 && (package->kind == DEFINITION_GIT || !*package->sha256))
		return nothing_vouches(package->name, &line,
				       "a definition that has the SHA-256 of what it downloads",
				       err);
	return 0;
}

int
install_rules_check_definition(const struct install_rules *rules,
			       const struct definition *definition, struct err *err)
{
	const char *name = definition->version ? definition->version : definition->name;
	struct version v;

	if (!version_parse(str_from(name), &v))
		return err_set(err, ERR_USAGE, "%s is no name of a version", name);
	for (size_t i = 0; i < definition->count; i++)
		if (check_package(rules, &definition->packages[i],
				  definition->path ? RULES_DEFINITION : RULES_BRANCH, &v, err) < 0)
			return -1;
	return 0;
}

/* The level that holds for what was fetched. */
static enum rules_level
level_of(const struct install_work *w, struct rules_line *ret_line)
{
	enum rules_source source = source_of(&w->rules, w->receipt.artifact->kind, &w->version,
					     w->options->named != NULL);

	return rules_level(w->rules.rules, source, ret_line);
}

int
install_rules_check_fetched(const struct install_work *w, struct err *err)
{
	enum provenance_kind kind = w->archive.provenance.kind;
	struct rules_line line;

	/* A signature is of the bytes themselves: where one is required it is enough. */
	if (level_of(w, &line) != RULES_SHA256 || kind == PROVENANCE_PINNED_DIGEST ||
	    kind == PROVENANCE_USER_DIGEST)
		return 0;
	return nothing_vouches(w->name, &line, "--sha256 HEX", err);
}

bool
install_rules_require_signature(const struct install_work *w)
{
	struct rules_line line;

	return level_of(w, &line) >= RULES_SIGNATURE;
}

int
install_rules_check_signed(const struct install_work *w, struct err *err)
{
	struct rules_line line;

	if (level_of(w, &line) < RULES_SIGNATURE || w->receipt.signature)
		return 0;
	(void)err_set(err, ERR_RULE, "no signature of %s was verified, and %s:%u requires one",
		      w->name, line.path, line.number);
	return err_detail(err, "to fix", "a source of it that is signed, or another rule there");
}

int
install_rules_say_signature(const struct install_work *w, struct err *err)
{
	struct rules_line line;

	if (err->code == ERR_CHECK && level_of(w, &line) >= RULES_SIGNATURE)
		return err_detail(err, "asked by", "%s:%u", line.path, line.number);
	return -1;
}
