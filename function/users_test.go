package main

import (
	"testing"
)

const appUser = "spec: {database: {users: [{name: app}, {name: reports, access: IAM, privileges: Read}]}}"

func TestUsersOfANewClaim(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, appUser))
	is(t, "the tasks have", "users", revisionOf(t, w))
	for _, broken := range invariants(w) {
		t.Error(broken)
	}
}
