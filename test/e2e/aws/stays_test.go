package aws

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// A keepsake is what a deleted claim leaves in AWS on purpose.
type keepsake struct {
	what, why string
	// of is the object whose resource stays: with the object there must be one, without
	// it there is none. If of is empty, there may be one.
	of string
	is func(id string) bool
}

func (l *life) keepsakes() []keepsake {
	contains := func(part string) func(string) bool {
		return func(id string) bool { return strings.Contains(strings.ToLower(id), part) }
	}
	own := func(kind, key string) string { return kind + "/" + l.claim.GetName() + "-" + key }
	return []keepsake{
		{"key", "without it, nobody can decrypt what it has encrypted", own("Key", "key-data"), contains("data")},
		{"backup vault", "it holds the backups", own("Vault", "vault"),
			func(id string) bool { return !strings.Contains(id, "-copy-") }},
		{"backup vault", "it holds the copies of the backups", "", contains("-copy-")},
		{"role", "AWS Backup expires the backups with it", own("Role", "role-backup"),
			func(id string) bool { return strings.HasSuffix(id, "-backup") }},
		{"database snapshot", "it has the last state of the data", own("Instance", "db-primary"), contains("-final-")},
		{"bucket", "its logs are needed after a deletion", own("Bucket", "bucket-accesslogs"),
			contains("-accesslogs-")},
		{"database snapshot", "automated backups outlive their database until they expire", "",
			func(id string) bool { return strings.HasPrefix(id, "rds:") }},
		{"task definition", "ECS keeps every revision, at no cost, and can run it again", "",
			func(string) bool { return true }},
	}
}

// leave checks that the claim has left what it must, and nothing else.
func (l *life) leave(t *testing.T) {
	now := l.inventory(t)
	for _, what := range slices.Sorted(maps.Keys(now)) {
		for _, id := range l.before[what] {
			if !slices.Contains(now[what], id) {
				t.Errorf("%s %s was there before the claim, and was deleted with the claim", what, id)
			}
		}
	}
	left := l.left(now)
	for _, k := range l.keepsakes() {
		i := slices.IndexFunc(left[k.what], k.is)
		if i < 0 && l.composed[k.of] != nil {
			t.Errorf("there is no %s of %s, but %s", k.what, k.of, k.why)
		}
		left[k.what] = slices.DeleteFunc(left[k.what], func(id string) bool {
			if !k.is(id) {
				return false
			}
			t.Logf("%s %s stays: %s", k.what, id, k.why)
			return true
		})
	}
	for what, ids := range left {
		for _, id := range ids {
			if why := l.twice[what]; why != "" {
				t.Logf("%s %s is left: %s", what, id, why)
				continue
			}
			l.leftovers++
			t.Errorf("%s %s is left", what, id)
		}
	}
	if n := provider.Restarts() - l.restarts; n != l.kills {
		t.Errorf("the provider has ended %d times; it was killed %d times", n, l.kills)
	}
}

// left is what is in AWS now and was not before the claim.
func (l *life) left(now map[string][]string) map[string][]string {
	out := map[string][]string{}
	for what, ids := range now {
		for _, id := range ids {
			if !slices.Contains(l.before[what], id) {
				out[what] = append(out[what], id)
			}
		}
	}
	return out
}
