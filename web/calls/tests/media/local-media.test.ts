import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CaptureFault } from '../../src/media/capture.ts';
import { captureAll, FakeStream, FakeTrack, named, openLocal, useBrowser } from './browser.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const failWhere = (what: 'audio' | 'video', error: string): void => {
  useBrowser(constraints => {
    if (constraints[what]) {
      throw named(error);
    }

    return captureAll(constraints);
  });
};

describe('LocalMedia', () => {
  it('opens microphone and camera', async () => {
    useBrowser();
    const local = (await openLocal()).getSnapshot();
    expect([local.microphone?.kind, local.camera?.kind, local.problem]).toEqual(['audio', 'video', null]);
  });

  const faults: [string, CaptureFault][] = [
    ['NotAllowedError', 'refused'],
    ['NotFoundError', 'missing'],
    ['NotReadableError', 'in_use'],
    ['TypeError', 'failed'],
  ];
  it.each(faults)('goes on with voice where the camera fails with %s: it is %s', async (name, fault) => {
    failWhere('video', name);
    const local = (await openLocal()).getSnapshot();
    expect(local.microphone?.kind).toBe('audio');
    expect(local.camera).toBeNull();
    expect(local.problem).toMatchObject({ device: 'camera', fault });
  });

  it.each(faults)('does not open without a microphone: %s is %s', async (name, fault) => {
    failWhere('audio', name);
    await expect(openLocal()).rejects.toMatchObject({ device: 'microphone', fault });
  });

  it('says that the address is not secure where a browser offers no devices at all', async () => {
    vi.stubGlobal('navigator', {});
    await expect(openLocal()).rejects.toMatchObject({ fault: 'insecure' });
  });

  it('gives the camera back when it is turned off, and takes it again', async () => {
    useBrowser();
    const local = await openLocal();
    const first = local.getSnapshot().camera as unknown as FakeTrack;
    await local.setCamera(false);
    expect(first.stopped).toBe(true);
    expect(
      local
        .getSnapshot()
        .stream.getTracks()
        .map(track => track.kind),
    ).toEqual(['audio']);
    await local.setCamera(true);
    expect(local.getSnapshot().camera).not.toBeNull();
    expect(local.getSnapshot().stream.getTracks()).toHaveLength(2);
  });

  it('stays muted when the microphone is changed', async () => {
    useBrowser();
    const local = await openLocal();
    local.setMuted(true);
    await local.use({ device: 'microphone', id: 'other', label: '' });
    expect(local.getSnapshot().microphone!.enabled).toBe(false);
    local.setMuted(false);
    expect(local.getSnapshot().microphone!.enabled).toBe(true);
  });

  it('keeps the microphone it has where another cannot be had', async () => {
    useBrowser();
    const local = await openLocal();
    const before = local.getSnapshot().microphone;
    failWhere('audio', 'NotReadableError');
    await local.use({ device: 'microphone', id: 'other', label: '' });
    expect(local.getSnapshot().microphone).toBe(before);
    expect(local.getSnapshot().problem).toMatchObject({ device: 'microphone', fault: 'in_use' });
  });

  it('tells when the camera is unplugged', async () => {
    useBrowser();
    const local = await openLocal();
    local.getSnapshot().camera!.dispatchEvent(new Event('ended'));
    expect(local.getSnapshot().camera).toBeNull();
    expect(local.getSnapshot().problem).toMatchObject({ device: 'camera', fault: 'missing' });
  });

  it('releases everything when it is closed, also a camera that opens too late', async () => {
    useBrowser();
    const local = await openLocal(false);
    const late = new FakeTrack('video');
    useBrowser(() => new FakeStream([late]));
    const opening = local.setCamera(true);
    const microphone = local.getSnapshot().microphone as unknown as FakeTrack;
    local.close();
    await opening;
    expect(microphone.stopped).toBe(true);
    expect(late.stopped).toBe(true);
  });
});
