package plan

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/credentials"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/runner"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// clientImage is Docker's official image of MySQL 8.4.7, for all architectures.
const clientImage = "public.ecr.aws/docker/library/mysql@sha256:" +
	"0426ec38c7a10aa45ba383887df7878f74ee70e2fd589c7b69207f3577901903"

// clientField is the claim's field that names the image.
const clientField = "spec.database.clientImage"

// ClientImage is the image of the task that makes the users.
func ClientImage(c *v1alpha1.KashaClaim) string {
	return cmp.Or(c.Spec.Database.ClientImage, clientImage)
}

// Users are those that the runner makes in the database. They are like a release: a task that
// runs once for each digest of what is asked for.
type Users struct {
	Release

	// Revision of the credentials, as it is written in keys.
	Revision string
	// Slot is that of the two alternating users that gets the password. It is 0 where no user
	// has one, and Connection is what its secret has besides the password.
	Slot       int
	Connection *runner.Connection
}

const (
	// usersSeconds is how long the task may take. Most of it is the download of the image.
	usersSeconds = 900
	// onlyIAM is the revision where no user has a password.
	onlyIAM = "iam"
)

// users is nil where the claim has none. Its digest is empty while something in it is not
// known.
func (p *Plan) users() *Users {
	db := p.Claim.Spec.Database
	if len(db.Users) == 0 {
		return nil
	}
	u := &Users{Revision: onlyIAM, Release: Release{
		Release: &v1alpha1.Release{TimeoutSeconds: usersSeconds}, Workload: keys.UsersClient,
		Image: ClientImage(p.Claim), Field: clientField,
	}}
	d, known := p.Credentials.Users, true
	if user := credentials.PasswordUser(db); user != nil {
		u.Revision, u.Slot = d.Wanted.String(), credentials.Slot(d.Wanted.Generation)
		u.Connection, known = p.connection(MySQLUser(*user, u.Slot), d.Wanted.Proxy)
	}
	// A primary that is made again has no users, and another ID.
	instance, there := p.stack.Known(p.Database.Serving.ResourceIDs()[0])
	if !known || !there {
		return u
	}
	u.Digest = stack.Digest(stack.JSON([]any{
		p.Claim.GetUID(), instance, u.Image, db.Users, db.Name, u.Connection, d.Wanted.Generation, d.Attempt,
	}))
	p.stack.ObservedKeys(keys.UsersCalls, func(k stack.Key, o stack.Observed) {
		if c, ok := keys.UsersCallOf(k); ok && c.Revision == u.Revision && c.Release == u.Digest {
			u.Answer = newer(u.Answer, o)
		}
	})
	return u
}

// MySQLUser is the name of a user in MySQL. The slot is that of a user with a password.
func MySQLUser(u v1alpha1.DatabaseUser, slot int) string {
	if u.Access == v1alpha1.AccessIAM {
		return u.Name
	}
	return u.Name + "_" + strconv.Itoa(slot)
}

// connection is how a user connects. It returns false while a part of it is not known.
func (p *Plan) connection(user string, proxy bool) (*runner.Connection, bool) {
	system := p.Database.Serving
	instance, known := p.stack.Known(system.Host())
	host := instance
	if proxy {
		host, known = p.stack.Status(keys.Proxy, "endpoint")
		known = known && instance != "" && p.stack.Ready(p.ProxyTarget())
	}
	out := &runner.Connection{
		Engine: "mysql", Host: host, Port: MySQLPort, Username: user, DBName: p.Claim.Spec.Database.Name,
		ReaderHost: system.ReaderHost(instance),
	}
	out.InstanceID, out.ClusterID = p.Identifiers(system)
	return out, known
}

// UserSlots are those of the two alternating users whose secrets there are: both while the
// claim has a user with a password, or while a task may still read them.
func (p *Plan) UserSlots() []int {
	if p.Credentials.Users.Wanted.Generation == 0 && !p.Credentials.Users.Given.Users && !p.reads(true) {
		return nil
	}
	return []int{1, 2}
}

// reads tells whether a version that is observed reads a secret of a user of the claim, or
// that of the master user.
func (p *Plan) reads(users bool) bool {
	return slices.ContainsFunc(told(p.running), func(r credentials.Revision) bool { return r.Users == users })
}

// told are the revisions of the credentials that versions have.
func told(running []containers.Container) []credentials.Revision {
	var out []credentials.Revision
	for _, c := range running {
		if _, reads := c.Value(secretVariable); reads {
			revision, _ := c.Value(revisionVariable)
			out = append(out, credentials.ParseRevision(revision))
		}
	}
	return out
}

// readable are the ARNs of the secrets that the workloads may read: that of the master user
// only while a version may need it.
func (p *Plan) readable() policy.List {
	var out policy.List
	if !p.Credentials.Users.Given.Users || p.reads(false) {
		out = append(out, p.MasterSecretARN())
	}
	for _, slot := range p.UserSlots() {
		out = append(out, stack.ARN(keys.UserSecret(slot)))
	}
	return out
}

// users allows the runner to keep the passwords of the database's users.
func (b runnerBinding) users() policy.Document {
	var arns policy.List
	for _, slot := range b.p.UserSlots() {
		arns = append(arns, stack.ARN(keys.UserSecret(slot)))
	}
	if len(arns) == 0 {
		return nil
	}
	through := policy.List{"secretsmanager." + b.p.stack.Region + ".amazonaws.com"}
	key := DataKeyThrough(through, "kms:Decrypt", "kms:GenerateDataKey")
	key.Sid = "UsersKey"
	return policy.Document{
		policy.Permit("Users", arns, "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue",
			"secretsmanager:UpdateSecretVersionStage"), key,
	}
}
