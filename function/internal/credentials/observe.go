package credentials

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strconv"
	"time"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/runner"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// mostGenerations is more than any database ever has. A status with a higher number was not
// written by the function.
const mostGenerations = 1_000_000

// Observe reads the input of Decide from the claim and the observed resources. Told are the
// revisions that the observed versions of the workloads have.
func Observe(s *stack.Stack, owner Owner, readers []Reader, told []Revision) Input {
	db, status := s.Claim.Spec.Database, s.Claim.Status.Database
	in := Input{
		Mode:       mode(db),
		Cluster:    owner.Cluster(),
		Asked:      int(db.PasswordGeneration),
		ProxyAsked: db.Proxy.Enabled,
		Schedule:   Schedule{Days: int(db.PasswordRotationDays), Window: db.MaintenanceWindow},
		Recorded: Record{
			Generation:    int(status.PasswordGeneration),
			ByApplication: status.PasswordRotation == v1alpha1.RotationApplication,
			Unset:         status.PasswordRotation == "",
		},
		Readers: readers,
		Users:   users(s, told),
		Now:     s.Now(),
	}
	if in.Recorded.Generation > mostGenerations {
		in.Recorded.Generation = 0
	}
	in.Recorded.ChangedAt, _ = time.Parse(time.RFC3339, status.PasswordChangedAt)
	s.ObservedKeys(keys.SecretVersionPrefix, func(k stack.Key, _ stack.Observed) {
		in.VersionReady = in.VersionReady || s.Ready(k)
		if s.InAWS(k) {
			in.Versions = append(in.Versions, version(k, keys.SecretVersionPrefix))
		}
	})
	_, in.RotationBegun = s.Observed(keys.Rotation)
	_, in.ProxyExists = s.Observed(keys.Proxy)
	if o, ok := s.Observed(owner.Key); ok {
		in.Database = database(s, owner, o)
	}
	if o, ok := s.Observed(keys.Primary); ok && owner.Cluster() {
		in.Source = database(s, Owner{keys.Primary}, o)
	}
	return in
}

// users are the observed calls about users, and what the claim asks for.
func users(s *stack.Stack, told []Revision) UsersInput {
	db := s.Claim.Spec.Database
	u := UsersInput{Password: PasswordUser(db) != nil, Asked: int(db.UsersGeneration), Told: told}
	if was := s.Claim.Status.Database.Users; was != nil && was.Generation <= mostGenerations {
		u.Recorded.Generation = int(was.Generation)
		u.Recorded.ChangedAt, _ = time.Parse(time.RFC3339, was.ChangedAt)
	}
	s.ObservedKeys(keys.UsersCalls, func(k stack.Key, o stack.Observed) {
		id, ok := keys.UsersCallOf(k)
		r := ParseRevision(id.Revision)
		if !ok || !r.Users {
			return
		}
		answer, answered := runner.AnswerOf(o)
		u.Calls = append(u.Calls, UsersCall{
			Revision: r, Succeeded: answer.Status == runner.Succeeded, Underway: !answered && !runner.Refused(o),
		})
	})
	return u
}

// PasswordUser is the claim's user with a password. It is nil where there is none.
func PasswordUser(db v1alpha1.Database) *v1alpha1.DatabaseUser {
	for i, u := range db.Users {
		if u.Access != v1alpha1.AccessIAM {
			return &db.Users[i]
		}
	}
	return nil
}

func mode(db v1alpha1.Database) Mode {
	switch {
	case db.ManageMasterUserPassword:
		return ByRDS
	case db.Rotation == v1alpha1.RotationApplication:
		return ByApplication
	}
	return Generated
}

func database(s *stack.Stack, owner Owner, o stack.Observed) *Database {
	name, _ := stack.Text(o, "spec", "forProvider", owner.field(), "name")
	d := &Database{Generation: generationOf(name), Ready: s.Ready(owner.Key)}
	if owner.Cluster() {
		d.Ready = d.Ready && s.Ready(keys.Node(0))
	}
	password := owner.Password(o)
	s.ObservedKeys(keys.ConnectionPrefix, func(k stack.Key, c stack.Observed) {
		other := RevisionOf(k, keys.ConnectionPrefix).Generation != d.Generation
		d.TakesOld = d.TakesOld || other && passwordIn(c) == password
	})
	return d
}

var passwordSecret = regexp.MustCompile(`-password-g([0-9]+)$`)

// An Owner is what has a master password: the primary, or the cluster.
type Owner struct{ Key stack.Key }

// Cluster tells whether it is a cluster.
func (w Owner) Cluster() bool { return w.Key == keys.Aurora }

// field is the field of its spec that names the Secret with the password.
func (w Owner) field() string {
	if w.Cluster() {
		return "masterPasswordSecretRef"
	}
	return "passwordSecretRef"
}

// SecretName is the name of the Kubernetes Secret into which the provider generates the
// master password of a generation. It is deleted with its owner.
func (w Owner) SecretName(s *stack.Stack, generation int) string {
	return s.ObjectName(w.Key) + "-password-g" + strconv.Itoa(generation)
}

// Host, User and Password are among the connection details of an observed owner, or empty.
func (w Owner) Host(o stack.Observed) string {
	if w.Cluster() {
		return Detail(o, "endpoint")
	}
	return Detail(o, "host", "address")
}

// User is the master user.
func (w Owner) User(o stack.Observed) string {
	if w.Cluster() {
		return Detail(o, "master_username")
	}
	return Detail(o, "username")
}

// Password is the master user's.
func (w Owner) Password(o stack.Observed) string {
	if w.Cluster() {
		return Detail(o, "attribute.master_password")
	}
	return Detail(o, "password", "attribute.password")
}

// generationOf returns the generation in a name that SecretName made, and 0 for other names.
func generationOf(secret string) int {
	m := passwordSecret.FindStringSubmatch(secret)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// Detail returns the first of an object's connection details that has a value.
func Detail(o stack.Observed, names ...string) string {
	for _, n := range names {
		if v, ok := o.Connection(n); ok && len(v) > 0 {
			return string(v)
		}
	}
	return ""
}

// Field is the field of the connection Secret that holds the connection as JSON.
const Field = "secretString"

// passwordIn returns the password in a connection Secret.
func passwordIn(connection stack.Observed) string {
	text, _ := stack.Text(connection, "data", Field)
	raw, _ := base64.StdEncoding.DecodeString(text)
	var c struct {
		Password string `json:"password"`
	}
	_ = json.Unmarshal(raw, &c)
	return c.Password
}
