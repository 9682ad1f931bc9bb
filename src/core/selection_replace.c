/* SPDX-License-Identifier: MIT */
/* Versions that somebody else has chosen: version-name hooks. */
#include <config.h>

#include "core/selection.h"

bool
selection_replace(struct selection *s, const char *text)
{
	struct str rest = str_from(text);
	struct str part;
	size_t count = 0;

	while (str_split(&rest, ':', &part)) {
		struct selection_item *item = &s->items[count];

		if (part.n == 0)
			continue;
		if (count++ == PIN_WORDS_MAX)
			return false;
		item->word = (struct pin_word){ part, 0 };
		item->state = ITEM_OPEN;
		item->why = NULL;
		item->name[0] = '\0';
	}
	if (count == 0)
		s->items[count++] = (struct selection_item){ .word = { STR_LIT("system"), 0 },
							     .state = ITEM_OPEN };
	s->count = count;
	s->unusable = NULL;
	/* Nothing of a file is shown when an item is. */
	s->pin.is_link = false;
	return true;
}
