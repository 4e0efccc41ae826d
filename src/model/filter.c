#include "ipctop/model/filter.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ipctop/model/regex.h"

/* One term: a word, or a column with an operator and an operand. */
struct term {
	char *text; /* the word, or the operand as it was typed, without quotes */
	bool negated;
	enum value_op op; /* 0: a word */
	unsigned types; /* of values that may hold the word */
	const struct column *columns[CLASS_COUNT]; /* NULL: the class has no such column */
	struct operand operands[CLASS_COUNT];
	regex_t *regex; /* of OP_MATCH, else NULL */
};

struct filter {
	struct term *terms;
	size_t count;
	struct buf scratch; /* for the text of a value */
};

struct op_name {
	const char *text;
	enum value_op op;
};

/* Longer ones first: "<=" is not "<". */
static const struct op_name op_names[] = {
	{ "!=", OP_NE },
	{ "<=", OP_LE },
	{ ">=", OP_GE },
	{ "=", OP_EQ },
	{ "<", OP_LT },
	{ ">", OP_GT },
	{ "~", OP_MATCH },
};

/* Read one blank-separated token, in which "…" may hold blanks; NULL and an error when unclosed. */
static int read_token(const char **at, struct buf *token, size_t *quoted_from)
{
	bool quoted = false;

	*quoted_from = (size_t)-1;
	for (; **at && (quoted || !isspace((unsigned char)**at)); (*at)++) {
		if (**at != '"') {
			buf_char(token, **at);
			continue;
		}
		if (!quoted && *quoted_from == (size_t)-1)
			*quoted_from = token->len;
		quoted = !quoted;
	}
	return quoted ? -EINVAL : 0;
}

/* The operator in `token` behind a column's name; `*length`: of that name. NULL: it is a word. */
static const struct op_name *find_op(const char *token, size_t quoted_from, size_t *length)
{
	size_t i, name = 0;

	while (isalnum((unsigned char)token[name]) || token[name] == '_' || token[name] == '%')
		name++;
	if (name == 0 || name >= quoted_from)
		return NULL;
	for (i = 0; i < sizeof(op_names) / sizeof(op_names[0]); i++) {
		if (strncmp(token + name, op_names[i].text, strlen(op_names[i].text)) == 0) {
			*length = name;
			return &op_names[i];
		}
	}
	return NULL;
}

static void list_operators(struct buf *out, unsigned operators)
{
	size_t i;

	for (i = 0; i < sizeof(op_names) / sizeof(op_names[0]); i++) {
		if (operators & op_names[i].op)
			buf_printf(out, " %s", op_names[i].text);
	}
}

/* Behind the first of "A, B, C", and its separator. */
static const char *next_word(const char *words)
{
	words += strcspn(words, ",");
	return words + strspn(words, ", ");
}

/* Whether `text` is one of "A, B, C". */
static bool is_word(const char *text, const char *words)
{
	size_t length;

	for (; *words; words = next_word(words)) {
		length = strcspn(words, ",");
		if (strlen(text) == length && strncmp(text, words, length) == 0)
			return true;
	}
	return false;
}

/* Append how those of "A, B C" that begin with `text` and a space are written. */
static void put_quoted(
	struct buf *out, const struct column *column, const char *text, const char *words)
{
	const char *separator = "; two words are quoted: ";
	const size_t typed = strlen(text);

	for (; *words; words = next_word(words)) {
		if (strncmp(text, words, typed) != 0 || words[typed] != ' ')
			continue;
		buf_printf(out, "%s%s=\"%.*s\"", separator, column->name, (int)strcspn(words, ","),
			words);
		separator = ", ";
	}
}

/* A value that a column never has would match nothing, and be taken for an answer. */
static int check_word(const struct term *term, const struct column *column, struct buf *why)
{
	struct buf words = { 0 };
	int result = 0;

	if (!(term->op & (OP_EQ | OP_NE)) || !*term->text || !column_words(column, &words))
		return 0;
	if (words.error) {
		result = -ENOMEM;
	} else if (!is_word(term->text, buf_str(&words))) {
		buf_printf(why, "%s is one of %s, not '%s'", column->name, buf_str(&words),
			term->text);
		put_quoted(why, column, term->text, buf_str(&words));
		result = -EINVAL;
	}
	buf_free(&words);
	return result;
}

static int bind_column(
	struct term *term, enum class c, const struct column *column, struct buf *why)
{
	if (!(value_operators(column->type) & term->op)) {
		buf_printf(why, "%s takes one of", column->name);
		list_operators(why, value_operators(column->type));
		return -EINVAL;
	}
	if (term->op != OP_MATCH && value_parse(column->type, term->text, &term->operands[c]) < 0) {
		buf_printf(why, "%s takes %s, not '%s'", column->name, value_expects(column->type),
			term->text);
		return -EINVAL;
	}
	if (term->operands[c].gone && !(term->op & (OP_EQ | OP_NE))) {
		buf_printf(why, "gone is compared with = or !=");
		return -EINVAL;
	}
	term->columns[c] = column;
	return check_word(term, column, why);
}

/* A term COLUMN OP VALUE: find the column in each class, and read the value as its type. */
static int bind(
	struct term *term, const char *name, size_t length, unsigned classes, struct buf *why)
{
	const struct column *column;
	bool found = false;
	enum class c;
	int error;

	for (c = 0; c < CLASS_COUNT; c++) {
		column = classes & class_bit(c) ? column_find(c, name, length) : NULL;
		if (!column)
			continue;
		found = true;
		error = bind_column(term, c, column, why);
		if (error)
			return error;
	}
	if (!found) {
		buf_printf(why, "no column '%.*s'; there are ", (int)length, name);
		column_names(why, classes);
		return -EINVAL;
	}
	return term->op == OP_MATCH ? regex_compile(term->text, &term->regex, why) : 0;
}

#if !defined(__clang__)
/* -fanalyzer forgets what a term owns once there is another one. */
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

static int parse_term(
	struct term *term, const char *token, size_t quoted_from, unsigned classes, struct buf *why)
{
	const struct op_name *op;
	size_t length = 0;

	if ((quoted_from > 0 && *token && strchr("=<>~", token[0])) ||
		(quoted_from > 1 && strncmp(token, "!=", 2) == 0)) {
		buf_text(why, "an operator stands between column and value, without blanks");
		return -EINVAL;
	}
	if (token[0] == '!' && quoted_from > 0) {
		term->negated = true;
		token++;
		quoted_from -= quoted_from != (size_t)-1;
	}
	op = find_op(token, quoted_from, &length);
	term->text = strdup(op ? token + length + strlen(op->text) : token);
	if (!term->text)
		return -ENOMEM;
	if (op) {
		term->op = op->op;
		return bind(term, token, length, classes, why);
	}
	if (!*term->text) {
		buf_text(why, "a word is missing");
		return -EINVAL;
	}
	term->types = value_types_holding(term->text);
	return 0;
}

static struct term *add_term(struct filter *filter)
{
	struct term *terms = realloc(filter->terms, (filter->count + 1) * sizeof(*terms));

	if (!terms)
		return NULL;
	filter->terms = terms;
	terms[filter->count] = (struct term){ 0 };
	return &terms[filter->count++];
}

static int parse_terms(
	struct filter *filter, const char *at, unsigned classes, struct filter_error *failure)
{
	const char *start = at;
	struct buf token = { 0 };
	struct term *term;
	size_t quoted_from;
	int error = 0;

	while (!error) {
		at += strspn(at, " \t\n");
		if (!*at)
			break;
		failure->position = (size_t)(at - start) + 1;
		buf_clear(&token);
		if (read_token(&at, &token, &quoted_from) < 0) {
			buf_text(&failure->text, "the quote \" is not closed");
			error = -EINVAL;
			break;
		}
		term = token.error ? NULL : add_term(filter);
		error = term
			? parse_term(term, buf_str(&token), quoted_from, classes, &failure->text)
			: -ENOMEM;
	}
	buf_free(&token);
	return error;
}

int filter_parse(const char *expression, unsigned classes, struct filter **filter,
	struct filter_error *error)
{
	int result;

	*error = (struct filter_error){ 0 };
	*filter = calloc(1, sizeof(**filter));
	if (!*filter)
		return -ENOMEM;
	result = parse_terms(*filter, expression, classes, error);
	if (!result)
		result = error->text.error;
	if (result) {
		filter_free(*filter);
		*filter = NULL;
	}
	return result;
}

void filter_free(struct filter *filter)
{
	size_t i;

	if (!filter)
		return;
	for (i = 0; i < filter->count; i++) {
		if (filter->terms[i].regex)
			regfree(filter->terms[i].regex);
		free(filter->terms[i].regex);
		free(filter->terms[i].text);
	}
	free(filter->terms);
	buf_free(&filter->scratch);
	free(filter);
}

bool filter_is_empty(const struct filter *filter)
{
	return !filter || filter->count == 0;
}

/* The text as it is shown. */
static const char *text_of(
	struct filter *filter, struct value value, const struct value_style *style)
{
	buf_clear(&filter->scratch);
	value_text(&filter->scratch, value, style);
	return buf_str(&filter->scratch);
}

/* What nothing can be said of: neither a term holds of it, nor the term turned round. */
enum { NEITHER = 2 };

/* This and the next two: 1, 0, NEITHER or -ENOMEM. */
static int match_word(struct filter *filter, const struct term *term, const struct row *row,
	const struct column_list *shown, const struct value_style *style)
{
	struct value value;
	bool found;
	size_t i;

	for (i = 0; i < shown->count; i++) {
		value = shown->at[i]->get(row);
		if (value.type == VALUE_NONE || !(term->types & 1u << value.type))
			continue;
		found = strstr(text_of(filter, value, style), term->text);
		if (filter->scratch.error)
			return -ENOMEM;
		if (found)
			return true;
	}
	return false;
}

static int match_regex(struct filter *filter, const struct term *term, struct value value,
	const struct value_style *style)
{
	const char *text = text_of(filter, value, style);

	return filter->scratch.error ? -ENOMEM : regex_match(term->regex, text);
}

static bool holds(enum value_op op, int order)
{
	unsigned relation = order < 0 ? OP_LT | OP_LE | OP_NE
		: order > 0           ? OP_GT | OP_GE | OP_NE
				      : OP_EQ | OP_LE | OP_GE;

	return relation & op;
}

/* Whether a number that may be more than could be seen would compare in the same way. */
static bool is_decided(enum value_op op, int order)
{
	return order > 0 || (order == 0 && (op == OP_GE || op == OP_LT));
}

/* What is absent equals nothing, and is neither more nor less than anything. */
static int match_column(struct filter *filter, const struct term *term, const struct row *row,
	const struct value_style *style)
{
	const struct column *column = term->columns[row->class];
	struct value value;
	int order;

	if (!column)
		return NEITHER;
	value = column->get(row);
	if (value.unseen)
		return NEITHER;
	if (value.type == VALUE_NONE)
		return term->op == OP_NE;
	if (term->op == OP_MATCH)
		return match_regex(filter, term, value, style);
	order = value_compare_operand(value, &term->operands[row->class]);
	if (value.at_least && !is_decided(term->op, order))
		return NEITHER;
	return holds(term->op, order);
}

int filter_match(struct filter *filter, const struct row *row, const struct column_list *shown,
	const struct value_style *style)
{
	const struct term *term;
	int match;
	size_t i;

	for (i = 0; filter && i < filter->count; i++) {
		term = &filter->terms[i];
		match = term->op ? match_column(filter, term, row, style)
				 : match_word(filter, term, row, shown, style);
		if (match < 0)
			return match;
		if (match == NEITHER || match == term->negated)
			return false;
	}
	return true;
}

bool filter_has_words(const struct filter *filter)
{
	size_t i = 0;

	while (filter && i < filter->count && filter->terms[i].op)
		i++;
	return filter && i < filter->count;
}

unsigned filter_cost(const struct filter *filter, enum class class)
{
	unsigned cost = 0;
	size_t i;

	for (i = 0; filter && i < filter->count; i++) {
		if (filter->terms[i].columns[class])
			cost |= filter->terms[i].columns[class]->cost;
	}
	return cost;
}
