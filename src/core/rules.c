/* SPDX-License-Identifier: MIT */
/* The policy files: what may be installed, and from where. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "core/rules_internal.h"

struct rules *
rules_new(void)
{
	return mem_zalloc(sizeof(struct rules));
}

static void
words_reset(struct rules_words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->items[i].text);
	free(words->items);
}

void
rules_free(struct rules *rules)
{
	for (size_t i = 0; rules && i < rules->count; i++) {
		free(rules->files[i].path);
		words_reset(&rules->files[i].minimums);
		words_reset(&rules->files[i].hosts);
	}
	free(rules);
}

const char *
rules_path(const struct rules *rules, size_t index)
{
	return rules && index < rules->count ? rules->files[index].path : NULL;
}

const char *
rules_source_word(enum rules_source source)
{
	static const char *const words[RULES_SOURCES] = {
		[RULES_CPYTHON_SOURCE] = "cpython-source",
		[RULES_STANDALONE] = "standalone",
		[RULES_PYPY] = "pypy",
		[RULES_GRAALPY] = "graalpy",
		[RULES_CONDA] = "conda",
		[RULES_DEFINITION] = "definition",
		[RULES_BRANCH] = "branch",
		[RULES_FILE] = "file",
		[RULES_OTHER] = "*",
	};

	return words[source];
}

const char *
rules_level_word(enum rules_level level)
{
	static const char *const words[] = { [RULES_ANY] = "any",
					     [RULES_SHA256] = "sha256",
					     [RULES_SIGNATURE] = "signature",
					     [RULES_REFUSE] = "refuse" };

	return words[level];
}

enum rules_level
rules_level(const struct rules *rules, enum rules_source source, struct rules_line *ret_line)
{
	enum rules_level level = RULES_ANY;

	*ret_line = (struct rules_line){ 0 };
	for (size_t i = 0; rules && i < rules->count; i++) {
		const struct rules_file *file = &rules->files[i];
		const struct rules_required *r = file->required[source].line
							 ? &file->required[source]
							 : &file->required[RULES_OTHER];

		if (r->line && r->level > level) {
			level = r->level;
			*ret_line = (struct rules_line){ file->path, r->line };
		}
	}
	return level;
}

enum rules_end
rules_end_of_life(const struct rules *rules, struct rules_line *ret_line)
{
	enum rules_end end = RULES_END_ALLOW;

	*ret_line = (struct rules_line){ 0 };
	for (size_t i = 0; rules && i < rules->count; i++) {
		const struct rules_file *file = &rules->files[i];

		if (file->end_line && file->end > end) {
			end = file->end;
			*ret_line = (struct rules_line){ file->path, file->end_line };
		}
	}
	return end;
}

/* Is A's Python of an earlier series than B's? */
static bool
is_earlier_series(const struct version *a, const struct version *b)
{
	return a->language[0] != b->language[0] ? a->language[0] < b->language[0]
						: a->language[1] < b->language[1];
}

/* "3.9" and "pypy3.10" are of series; what has a number more is of one within its own. */
static bool
is_below(const struct version *v, const struct version *minimum)
{
	bool is_cpython = str_eq_text(v->family, "cpython");
	bool of_series = minimum->language_parts == 2 && (is_cpython || !minimum->release_parts);
	bool is_branch = v->stage == VERSION_DEV && v->language_parts == 2;

	if (!str_eq(v->family, minimum->family))
		return false;
	if (of_series)
		return v->language_parts >= 2 && is_earlier_series(v, minimum);
	if (is_cpython && (is_branch || v->language[0] != minimum->language[0] ||
			   v->language[1] != minimum->language[1]))
		return false;
	if (!is_cpython && minimum->language_parts >= 2 &&
	    (v->language_parts < 2 || is_earlier_series(v, minimum) ||
	     is_earlier_series(minimum, v)))
		return false;
	return version_compare(v, minimum) < 0;
}

const char *
rules_minimum(const struct rules *rules, const struct version *v, struct rules_line *ret_line)
{
	*ret_line = (struct rules_line){ 0 };
	for (size_t i = 0; rules && i < rules->count; i++) {
		const struct rules_file *file = &rules->files[i];

		for (size_t k = 0; k < file->minimums.count; k++) {
			const struct rules_word *word = &file->minimums.items[k];
			struct version minimum;

			if (!version_parse(str_from(word->text), &minimum) ||
			    !is_below(v, &minimum))
				continue;
			*ret_line = (struct rules_line){ file->path, word->line };
			return word->text;
		}
	}
	return NULL;
}

static bool
same_text(struct str a, struct str lower)
{
	bool same = a.n == lower.n;

	for (size_t i = 0; same && i < a.n; i++)
		same = str_lower(a.p[i]) == lower.p[i];
	return same;
}

/* "*.example.org" is all below example.org, and not that itself. */
static bool
host_matches(struct str host, struct str pattern)
{
	if (!str_starts(pattern, STR_LIT("*.")))
		return same_text(host, pattern);
	pattern = str_skip(pattern, 1);
	return host.n > pattern.n && same_text(str_skip(host, host.n - pattern.n), pattern);
}

static bool
file_allows(const struct rules_file *file, struct str host)
{
	for (size_t i = 0; i < file->hosts.count; i++)
		if (host_matches(host, str_from(file->hosts.items[i].text)))
			return true;
	return file->hosts.count == 0;
}

bool
rules_host(const struct rules *rules, struct str host, struct rules_line *ret_line)
{
	*ret_line = (struct rules_line){ 0 };
	for (size_t i = 0; rules && i < rules->count; i++) {
		const struct rules_file *file = &rules->files[i];

		if (file_allows(file, host))
			continue;
		*ret_line = (struct rules_line){ file->path, file->hosts.items[0].line };
		return false;
	}
	return true;
}

bool
rules_has_hosts(const struct rules *rules)
{
	for (size_t i = 0; rules && i < rules->count; i++)
		if (rules->files[i].hosts.count)
			return true;
	return false;
}
