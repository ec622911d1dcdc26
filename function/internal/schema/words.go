package schema

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/kasha-platform/kasha/function/internal/near"
)

// unknownField is the detail of the error of an unknown field.
const unknownField = "unknown field"

// noField is how the API server's libraries print an error that names no field.
const noField = "<nil>"

// worthReading are the errors without those that only repeat another one: what a value of
// the wrong type breaks beside, and the API server's own words about a name for which the
// claim's schema has words.
func worthReading(errs field.ErrorList) field.ErrorList {
	ofAnotherType, choices := map[string]bool{}, map[string]bool{}
	names := 0
	for _, err := range errs {
		if err.Type == field.ErrorTypeTypeInvalid {
			ofAnotherType[err.Field] = true
		}
		if err.Type == field.ErrorTypeNotSupported && !isNumber(err) {
			choices[err.Field] = true
		}
		if err.Field == "metadata.name" {
			names++
		}
	}
	repeats := func(err *field.Error) bool {
		switch {
		case err == rulesNotChecked:
			return false
		case err.Field == noField:
			_, of, _ := strings.Cut(err.Detail, " in ")
			return ofAnotherType[of]
		case err.Field == "metadata.name" && names > 1:
			return !strings.HasPrefix(err.Detail, "cannot ")
		case err.Type == field.ErrorTypeTypeInvalid:
			return choices[err.Field]
		case choices[err.Field]:
			return false
		}
		for of := range ofAnotherType {
			if under(err.Field, of) {
				return true
			}
		}
		return false
	}
	return slices.DeleteFunc(slices.Clone(errs), repeats)
}

// isForgotten tells whether an error is about a field of the status that another version
// had. The status is not what the author writes, and the API server does not take it from
// a manifest.
func isForgotten(err *field.Error) bool {
	return err.Detail == unknownField && under(err.Field, "status")
}

// isNumber tells whether the values to choose from are numbers.
func isNumber(err *field.Error) bool {
	_, choices, _ := strings.Cut(err.Detail, "supported values: \"")
	return choices != "" && choices[0] >= '0' && choices[0] <= '9'
}

// under tells whether a field is another one, or a part of it.
func under(path, of string) bool {
	rest, ok := strings.CutPrefix(path, of)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// inWords is an error for a person who can correct obj.
func inWords(obj map[string]any, err *field.Error) string {
	switch {
	case err == rulesNotChecked:
		return "The other rules were not checked: there may be more to correct after this."
	case err.Detail == unknownField:
		return err.Field + ": " + unknownField + fieldHint(obj, err.Field)
	case err.Type == field.ErrorTypeTypeInvalid:
		return wrongType(obj, err)
	case err.Type == field.ErrorTypeNotSupported:
		return wrongChoice(err)
	}
	return err.Error()
}

// fieldHint says what to write instead of an unknown field.
func fieldHint(obj map[string]any, path string) string {
	k, err := kindOf(obj)
	if err != nil {
		return ""
	}
	if name := suggestion(k.schema, path); name != "" {
		return "; did you mean " + name + "?"
	}
	parent := path[:max(strings.LastIndex(path, "."), 0)]
	fields := siblings(k.schema, path)
	switch {
	case len(fields) == 0:
		return "; remove it"
	case len(fields) > 12:
		return "; remove it, or write one that kubectl explain kashaclaim." + withoutIndexes(parent) + " lists"
	}
	return "; remove it, or write one of " + strings.Join(fields, ", ")
}

func withoutIndexes(path string) string {
	out := ""
	for path != "" {
		before, after, _ := strings.Cut(path, "[")
		_, path, _ = strings.Cut(after, "]")
		out += before
	}
	return out
}

// typeHints say how a value of a type is written.
var typeHints = map[string]string{
	"string":  "YAML reads on, yes, true and numbers as values of their own: write it in quotes",
	"integer": "write a whole number, without quotes and without a unit",
	"boolean": "write true or false, without quotes",
	"array":   "write a list, for example [a, b]",
	"object":  "write fields, for example {name: value}, or {} for the defaults",
}

// types are the names of types in plain English.
var types = map[string]string{
	"string": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false",
	"array": "a list", "object": "fields",
}

// wrongType says what the value is, what the field takes, and how that is written.
func wrongType(obj map[string]any, err *field.Error) string {
	_, expected, _ := strings.Cut(err.Detail, "must be of type ")
	expected, _, _ = strings.Cut(expected, ":")
	if typeHints[expected] == "" {
		return err.Error()
	}
	is, _ := err.BadValue.(string)
	value := is
	if v, ok := valueAt(obj, err.Field); ok {
		if b, e := json.Marshal(v); e == nil && len(b) < 80 {
			value = string(b)
		}
	}
	return err.Field + ": Invalid value: " + value + ": cannot use " + types[is] + " here: the field takes " +
		types[expected] + "; " + typeHints[expected]
}

// valueAt is the value of a field, unless a part of its path has a dot.
func valueAt(obj map[string]any, path string) (any, bool) {
	var at any = obj
	for _, part := range strings.Split(strings.ReplaceAll(path, "[", ".["), ".") {
		switch v := at.(type) {
		case map[string]any:
			next, ok := v[part]
			if !ok {
				return nil, false
			}
			at = next
		case []any:
			i, err := strconv.Atoi(strings.Trim(part, "[]"))
			if err != nil || i < 0 || i >= len(v) {
				return nil, false
			}
			at = v[i]
		default:
			return nil, false
		}
	}
	return at, true
}

// wrongChoice is an error about a value that is none of some, written as the claim's author
// writes them: numbers have no quotes.
func wrongChoice(err *field.Error) string {
	value, isText := err.BadValue.(string)
	if isNumber(err) {
		before, after, _ := strings.Cut(err.Error(), "supported values: ")
		return before + "supported values: " + strings.ReplaceAll(after, `"`, "")
	}
	var choices []string
	_, after, _ := strings.Cut(err.Detail, "supported values: ")
	for _, c := range strings.Split(after, ", ") {
		choices = append(choices, strings.Trim(c, `"`))
	}
	if c := near.Nearest(value, choices); isText && c != "" {
		return err.Error() + "; did you mean " + c + "?"
	}
	return err.Error()
}
