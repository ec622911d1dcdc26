package stack

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

// Beginnings of the keys that carry the database's credentials.
const (
	ConnectionPrefix    = "connection-"
	SecretVersionPrefix = "secretversion-"
	// RotationKey is the rotation by AWS's own application.
	RotationKey = Key("secretrotation-db")
	// Proxy is the connection pool in front of the primary.
	Proxy = Key("db-proxy")
	// RevisionVariable tells the backend's tasks which credentials they were
	// started with. It is there so that other credentials are another task
	// definition.
	RevisionVariable = "DB_SECRET_REVISION"
)

// A Revision is what tells the contents of two versions of the database's secret
// apart, beside a digest. The zero value but for the first generation is that of
// a claim that asks for nothing special, and is not part of any key.
type Revision struct {
	// Generation of the master password, from 1.
	Generation int
	// Proxy means that the host is the proxy's.
	Proxy bool
	// Application means that AWS's rotation application changes the password.
	Application bool
}

// String is the revision as it stands in a key, before the digest.
func (r Revision) String() string {
	var parts []string
	if r.Generation > 1 {
		parts = append(parts, "g"+strconv.Itoa(r.Generation))
	}
	if r.Proxy {
		parts = append(parts, "proxy")
	}
	if r.Application {
		parts = append(parts, "app")
	}
	return strings.Join(parts, "-")
}

// Key puts a revision and a digest behind a prefix.
func (r Revision) Key(prefix, digest string) Key {
	if t := r.String(); t != "" {
		prefix += t + "-"
	}
	return Key(prefix + digest)
}

// RevisionOf reads the revision from a key.
func RevisionOf(k Key, prefix string) Revision {
	r := Revision{Generation: 1}
	parts := strings.Split(strings.TrimPrefix(string(k), prefix), "-")
	for _, p := range parts[:len(parts)-1] {
		n, err := strconv.Atoi(strings.TrimPrefix(p, "g"))
		switch {
		case p == "proxy":
			r.Proxy = true
		case p == "app":
			r.Application = true
		case err == nil:
			r.Generation = n
		}
	}
	return r
}

// ManagedPassword tells whether RDS makes, keeps and rotates the master password
// itself.
func (s *Stack) ManagedPassword() bool { return s.Claim.Spec.Database.ManageMasterUserPassword }

// RotatedByApplication tells whether AWS's rotation application changes the
// password.
func (s *Stack) RotatedByApplication() bool {
	return s.Claim.Spec.Database.Rotation == v1alpha1.RotationApplication && !s.ManagedPassword()
}

// WantedRevision is the one that Secrets Manager shall have.
func (s *Stack) WantedRevision() Revision {
	return Revision{Generation: s.PasswordGeneration(), Proxy: s.Claim.Spec.Database.Proxy.Enabled, Application: s.RotatedByApplication()}
}

// PublishedRevision is the one that Secrets Manager has, for as long as what is
// wanted is not there yet; before anything is there, what is wanted.
func (s *Stack) PublishedRevision() Revision {
	wanted := s.WantedRevision()
	var there []Revision
	s.ObservedKeys(SecretVersionPrefix, func(k Key, _ Observed) {
		if s.InAWS(k) {
			there = append(there, RevisionOf(k, SecretVersionPrefix))
		}
	})
	if len(there) == 0 || slices.Contains(there, wanted) {
		return wanted
	}
	return slices.MaxFunc(there, func(a, b Revision) int {
		if d := a.Generation - b.Generation; d != 0 {
			return d
		}
		return strings.Compare(a.String(), b.String())
	})
}

// InAWS tells whether AWS has given an object a name, which the object keeps when
// the provider forgets everything else.
func (s *Stack) InAWS(k Key) bool {
	o, ok := s.observed[k]
	if !ok {
		return false
	}
	if _, ok := Text(o, "metadata", "annotations", "crossplane.io/external-name"); ok {
		return true
	}
	_, ok = Text(o, "status", "atProvider", "id")
	return ok
}

// published tells whether Secrets Manager has a password of this generation.
func (s *Stack) published(generation int) bool {
	found := false
	s.ObservedKeys(SecretVersionPrefix, func(k Key, _ Observed) {
		found = found || RevisionOf(k, SecretVersionPrefix).Generation == generation && s.InAWS(k)
	})
	return found
}

var passwordSecret = regexp.MustCompile(`-password-g([0-9]+)$`)

// PasswordSecret is the Kubernetes Secret that the provider generates the master
// password of a generation into.
func (s *Stack) PasswordSecret(generation int) string {
	return s.ObjectName(Primary + Key("-password-g"+strconv.Itoa(generation)))
}

// PasswordGeneration is the generation that the master password shall have. It
// never goes down, and it goes up only from a password that the database and
// Secrets Manager agree on, while the database can take another.
func (s *Stack) PasswordGeneration() int {
	spec, before := s.Claim.Spec.Database, s.Claim.Status.Database
	asked := max(1, int(spec.PasswordGeneration), int(before.PasswordGeneration))
	o, exists := s.observed[Primary]
	if !exists {
		if s.published(asked) {
			// A primary that is made again has another password.
			asked++
		}
		return asked
	}
	name, _ := Text(o, "spec", "forProvider", "passwordSecretRef", "name")
	m := passwordSecret.FindStringSubmatch(name)
	if m == nil {
		return asked
	}
	current, _ := strconv.Atoi(m[1])
	settled := int(before.PasswordGeneration) == current && s.published(current) && s.ready(Primary)
	switch {
	case int(before.PasswordGeneration) > current:
		// It has been decided, and is on its way to the cluster.
		return int(before.PasswordGeneration)
	case !settled, s.RotatedByApplication():
		// What AWS's application changes must not be changed from here too.
		return current
	case before.PasswordRotation == v1alpha1.RotationApplication:
		// Only AWS knows the password that its application set last.
		return max(asked, current+1)
	case asked > current:
		return asked
	case s.rotationIsDue():
		return current + 1
	}
	return current
}

// ManagedSecretARN is where RDS says which secret it keeps the password in.
const ManagedSecretARN = "masterUserSecret.0.secretArn"

// SecretARN stands for the ARN of the secret that the backend reads.
func (s *Stack) SecretARN() string {
	if s.ManagedPassword() {
		return s.Await(Primary, ManagedSecretARN)
	}
	return s.ARN("secret-db")
}

// HasProxy tells whether there shall be a proxy: the claim asks for one, or the
// backend may still have its address.
func (s *Stack) HasProxy() bool {
	if s.ManagedPassword() {
		return false
	}
	if s.Claim.Spec.Database.Proxy.Enabled {
		return true
	}
	_, exists := s.observed[Proxy]
	return exists && !s.hasLeftProxy()
}

var leftBehind = regexp.MustCompile(`"name":"` + RevisionVariable + `","value":"[^"]*proxy`)

// hasLeftProxy tells whether the backend demonstrably runs without the proxy's
// address, and will not be told of it again.
func (s *Stack) hasLeftProxy() bool {
	service, ok := s.observed["service-backend"]
	if !ok {
		return !s.PublishedRevision().Proxy
	}
	told, _ := Text(service, "spec", "forProvider", "taskDefinition")
	runs, _ := Text(service, "status", "atProvider", "taskDefinition")
	if s.PublishedRevision().Proxy || told == "" || told != runs {
		return false
	}
	left := false
	s.ObservedKeys("taskdefinition-backend-", func(k Key, o Observed) {
		if arn, _ := s.Status(k, "arn"); arn == told {
			text, ok := Text(o, "spec", "forProvider", "containerDefinitions")
			left = ok && !leftBehind.MatchString(text)
		}
	})
	return left
}
