package credentials

import (
	"slices"
	"time"
)

// slots is the number of MySQL users that alternate.
const slots = 2

// Slot is the MySQL user of a generation, and its secret: 1 or 2.
func Slot(generation int) int { return (max(generation, 1)-1)%slots + 1 }

// A UsersInput is what the decision about the database's users depends on.
type UsersInput struct {
	// Password tells whether the claim has a user with a password, and Asked is the generation
	// that the spec asks for.
	Password bool
	Asked    int
	// Calls are the observed calls of the runner.
	Calls []UsersCall
	// Told are the revisions that the observed versions of the workloads have. They are in specs,
	// which no provider forgets.
	Told []Revision
	// Recorded is the record in the claim's status.
	Recorded UsersRecord
}

// A UsersCall is an observed call of the runner, which makes the users of a revision.
type UsersCall struct {
	Revision Revision
	// Succeeded tells whether MySQL and Secrets Manager have the revision. Underway tells
	// whether the runner may be working on it.
	Succeeded, Underway bool
}

// A UsersRecord is what the claim's status stores about the users.
type UsersRecord struct {
	Generation int
	ChangedAt  time.Time
}

// A UsersDecision is the desired state of the database's users.
type UsersDecision struct {
	// Wanted is the revision that MySQL and Secrets Manager should have. Its generation is 0
	// where no user has a password.
	Wanted Revision
	// Attempt is different for each generation that is asked for and not begun, so that what
	// has failed can be tried again.
	Attempt int
	// Given is the revision that the workloads get. It is that of the master user until one of
	// a user of its own exists.
	Given Revision
	// Living tells whether there are tasks that have credentials, so that others can wait.
	Living bool
	Record UsersRecord
}

// decideUsers decides which generation of the user's password there should be, and whose
// credentials the workloads get. A new generation begins only when all workloads have the
// current one: it changes the password of the user that none of them uses.
func decideUsers(in Input, master Revision) UsersDecision {
	u := in.Users
	done, begun, reading := newest(u.Calls, succeeded), newest(u.Calls, every), reading(u.Told)
	d := UsersDecision{Given: master, Living: slices.ContainsFunc(in.Readers, func(r Reader) bool { return r.Exists })}
	d.Wanted = Revision{Cluster: in.Cluster, Proxy: in.ProxyAsked, Users: true}
	asked := max(u.Asked, 1)
	if !u.Password {
		d.Attempt = asked
		return d
	}
	switch current := max(done.Generation, reading.Generation); {
	case current > 0:
		d.Wanted.Generation = max(current, begun.Generation)
		due := asked > current || in.Schedule.due(u.Recorded.since(current), in.Now)
		if due && !in.Fixed && current == begun.Generation && in.calm(done) {
			d.Wanted.Generation = after(current, asked)
		}
	case u.Recorded.Generation > 0:
		// Nothing tells which user the tasks have but the status.
		d.Wanted.Generation = max(u.Recorded.Generation, begun.Generation)
	default:
		d.Wanted.Generation = asked
	}
	d.Attempt = max(0, asked-d.Wanted.Generation)
	switch {
	case slices.Contains(u.Calls, UsersCall{Revision: d.Wanted, Succeeded: true}):
		d.Given = d.Wanted
	case done.Users && !done.before(reading):
		d.Given = done
	case reading.Users:
		d.Given = reading
	case !d.Living:
		d.Given = d.Wanted
	}
	d.Record = u.record(d.Given, in.Now)
	return d
}

// after is the generation that follows one: the one that is asked for, if it has the other user,
// and otherwise the one before that.
func after(current, asked int) int {
	if asked <= current {
		return current + 1
	}
	if Slot(asked) == Slot(current) {
		return asked - 1
	}
	return asked
}

// calm tells whether every workload has settled with a revision's generation, so that no task
// has the other user, and the runner has nothing else to do.
func (in Input) calm(with Revision) bool {
	return with.Users && !in.Held && !in.Users.busy() &&
		!slices.ContainsFunc(in.Readers, func(r Reader) bool {
			return !r.Exists || !r.Settled || !r.Revision.Users || r.Revision.Generation != with.Generation
		})
}

// busy tells whether a task may be about to log in as the master user.
func (u UsersInput) busy() bool {
	return slices.ContainsFunc(u.Calls, func(c UsersCall) bool { return c.Underway })
}

func succeeded(c UsersCall) bool { return c.Succeeded }
func every(UsersCall) bool       { return true }

// newest is the revision with the highest generation of some calls. It is zero where there is
// none.
func newest(calls []UsersCall, which func(UsersCall) bool) Revision {
	var out Revision
	for _, c := range calls {
		if which(c) && out.before(c.Revision) {
			out = c.Revision
		}
	}
	return out
}

// before tells whether a revision of a user is of an earlier database or generation than another.
func (r Revision) before(o Revision) bool {
	if r.Cluster != o.Cluster {
		return o.Cluster
	}
	return r.Generation < o.Generation
}

// reading is the newest revision of a user's password that a version has.
func reading(told []Revision) Revision {
	var out Revision
	for _, r := range told {
		if r.Users && out.before(r) {
			out = r
		}
	}
	return out
}

// since is when a generation began, or zero where that is not known.
func (r UsersRecord) since(generation int) time.Time {
	if r.Generation != generation {
		return time.Time{}
	}
	return r.ChangedAt
}

func (u UsersInput) record(given Revision, now time.Time) UsersRecord {
	if !given.Users {
		// The users that there were are still in MySQL.
		return u.Recorded
	}
	r := UsersRecord{Generation: given.Generation, ChangedAt: u.Recorded.since(given.Generation)}
	if r.ChangedAt.IsZero() {
		r.ChangedAt = now
	}
	return r
}
