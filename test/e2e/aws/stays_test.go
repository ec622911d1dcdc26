package aws

import (
	"reflect"
	"strings"
)

// stays is why something of a deleted claim is still in AWS, or nothing.
func stays(what, id, claim string) string {
	switch {
	case what == "key" && strings.Contains(strings.ToLower(id), "data"):
		return "what is encrypted with it would be lost for ever"
	case what == "backup vault" && strings.Contains(id, claim):
		return "it holds the backups"
	case what == "task definition":
		return "ECS keeps every revision, for nothing; it can be run again"
	case what == "role" && strings.HasSuffix(id, "-backup"):
		return "AWS Backup expires the backups with it"
	case what == "database snapshot" && strings.Contains(id, "-final-"):
		return "it is the last of the data"
	case what == "database snapshot" && strings.HasPrefix(id, "rds:"):
		return "automated backups outlive their database until they expire"
	}
	return ""
}

// fields are one field of each element, which every list of AWS has under
// another name.
func fields[T any](list []T, err error, field string) ([]string, error) {
	return names(list, err, func(e T) *string {
		p, _ := reflect.ValueOf(e).FieldByName(field).Interface().(*string)
		return p
	})
}

// or is what a response says, or nothing.
func or[T any](r *T) T {
	if r == nil {
		return *new(T)
	}
	return *r
}

func unless(not bool, s *string) *string {
	if not {
		return nil
	}
	return s
}
