/** Accounts: join, log in, log out, and the page of one's own account. */
import { type View, addMessage, bindForm, login, loginRequired, logout, rateLimit, redirect, redirectTo, render, requirePost, safeNext } from 'fastserve';
import { FlagForm, LoginForm, RegisterForm } from '../forms.ts';
import { notes } from '../models/notes.ts';
import { authenticate, createUser } from '../models/users.ts';
import { currentUser, flyFlag } from '../visitor.ts';

export const LOGIN_URL = '/account/login/';

/** Enough for people who mistype, too few for programs that guess. */
const GUESSES = { limit: 30, windowMs: 60_000, methods: ['POST'] } as const;

export const registerPage = rateLimit({ ...GUESSES, name: 'register' }, async (request) => {
  const next = request.query.get('next');
  let form = await bindForm(request, RegisterForm);
  if (form.isValid) {
    const { name, password } = form.value;
    const id = await createUser(name, password);
    if (id !== null) {
      await login(request, id);
      addMessage(request, 'success', `Welcome, ${name}.`);
      return redirect(safeNext(next, '/account/'), 303);
    }
    form = form.withError('name', 'Somebody has this name already.');
  }
  const page = { title: 'Join', description: 'Make an account to write notes about countries.' };
  return render(request, 'account/register.html', { page, form, next }, { status: form.isBound ? 422 : 200 });
});

export const loginPage = rateLimit({ ...GUESSES, name: 'login' }, async (request) => {
  const next = request.query.get('next');
  let form = await bindForm(request, LoginForm);
  if (form.isValid) {
    const user = await authenticate(form.value.name, form.value.password);
    if (user !== null) {
      await login(request, user.id);
      addMessage(request, 'success', `Welcome back, ${user.name}.`);
      return redirect(safeNext(next, '/account/'), 303);
    }
    form = form.withError(null, 'No account has this name and this password.');
  }
  const page = { title: 'Log in', description: 'Log in to write notes about countries.' };
  return render(request, 'account/login.html', { page, form, next }, { status: form.isBound ? 422 : 200 });
});

export const logoutPage: View = requirePost(async (request) => {
  await logout(request);
  addMessage(request, 'info', 'You are logged out.');
  return redirectTo('home', {}, { status: 303 });
});

/** One's own page; POST takes a new flag. */
export const profile: View = loginRequired({ loginUrl: LOGIN_URL }, async (request) => {
  const user = await currentUser(request);
  const form = await bindForm(request, FlagForm);
  if (form.isValid) {
    await flyFlag(user, form.value.flag);
    addMessage(request, 'success', 'Your flag is flying.');
    return redirectTo('account:profile', {}, { status: 303 });
  }
  const written = notes({ author: user.id }).slice(0, 20);
  const page = { title: user.name, description: 'Your account.' };
  return render(request, 'account/profile.html', { page, form, written }, { status: form.isBound ? 422 : 200 });
});
