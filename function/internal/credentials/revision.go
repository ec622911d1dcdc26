package credentials

import (
	"strconv"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A Revision and a digest distinguish the versions of the secret. A default claim's
// revision is {Generation: 1} and adds nothing to the key.
type Revision struct {
	// Generation of the master password, from 1.
	Generation int
	// Cluster means that the database is a cluster of Aurora.
	Cluster bool
	// Proxy means that the host is the proxy's.
	Proxy bool
	// Application means that AWS's rotation application changes the password.
	Application bool
	// Users means that the credentials are those of a user that Kasha made. The generation
	// is then that user's.
	Users bool
}

// String is the revision as it is written in a key, before the digest.
func (r Revision) String() string {
	var parts []string
	if r.Generation > 1 {
		parts = append(parts, "g"+strconv.Itoa(r.Generation))
	}
	if r.Cluster {
		parts = append(parts, "aurora")
	}
	if r.Proxy {
		parts = append(parts, "proxy")
	}
	if r.Application {
		parts = append(parts, "app")
	}
	if r.Users {
		parts = append(parts, "users")
	}
	return strings.Join(parts, "-")
}

// compare orders revisions: a cluster comes after what it was copied from, and a generation after
// those before it.
func (r Revision) compare(o Revision) int {
	switch {
	case r.Cluster != o.Cluster && r.Cluster:
		return 1
	case r.Cluster != o.Cluster:
		return -1
	case r.Generation != o.Generation:
		return r.Generation - o.Generation
	}
	return strings.Compare(r.String(), o.String())
}

// Key returns the key with a prefix, a revision and a digest.
func (r Revision) Key(prefix, digest string) stack.Key {
	if t := r.String(); t != "" {
		prefix += t + "-"
	}
	return stack.Key(prefix + digest)
}

// RevisionOf reads the revision from a key.
func RevisionOf(k stack.Key, prefix string) Revision { return version(k, prefix).Revision }

// version reads a revision and its digest from a key.
func version(k stack.Key, prefix string) Version {
	text := strings.TrimPrefix(string(k), prefix)
	at := strings.LastIndex(text, "-")
	return Version{Revision: ParseRevision(text[:max(at, 0)]), Digest: text[at+1:]}
}

// ParseRevision reads the output of String. It ignores unknown parts.
func ParseRevision(text string) Revision {
	r := Revision{Generation: 1}
	for _, p := range strings.Split(text, "-") {
		generation, counted := strings.CutPrefix(p, "g")
		n, err := strconv.Atoi(generation)
		switch {
		case p == "aurora":
			r.Cluster = true
		case p == "proxy":
			r.Proxy = true
		case p == "app":
			r.Application = true
		case p == "users":
			r.Users = true
		case counted && err == nil && n > 0:
			r.Generation = n
		}
	}
	return r
}
