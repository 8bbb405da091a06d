import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CaptureFault } from '../../src/media/capture.ts';
import { LocalMedia } from '../../src/media/local-media.ts';
import { settle } from '../calls.ts';
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

  it.each(['camera', 'microphone'] as const)('takes another %s when the one that it has goes away, and says so', async device => {
    useBrowser();
    const local = await openLocal();
    const before = local.getSnapshot()[device]!;
    before.dispatchEvent(new Event('ended'));
    expect(local.getSnapshot()).toMatchObject({ [device]: null, problem: { device, fault: 'missing' } });
    await settle();
    expect(local.getSnapshot()).toMatchObject({ problem: null, replaced: { device } });
    expect(local.getSnapshot()[device]).not.toBe(before);
    expect(local.getSnapshot().stream.getTracks()).toHaveLength(2);
  });

  it('says that the microphone is missing where there is no other, and takes the next one that is plugged in', async () => {
    useBrowser();
    const local = await openLocal();
    const { mediaDevices } = navigator;
    const plugIn = (): void => {
      useBrowser();
      mediaDevices.dispatchEvent(new Event('devicechange'));
    };
    local.setMuted(true);
    failWhere('audio', 'NotFoundError');
    local.getSnapshot().microphone!.dispatchEvent(new Event('ended'));
    await settle();
    expect(local.getSnapshot()).toMatchObject({ microphone: null, problem: { device: 'microphone', fault: 'missing' } });
    plugIn();
    await settle();
    expect(local.getSnapshot()).toMatchObject({ problem: null, muted: true });
    expect(local.getSnapshot().microphone!.enabled).toBe(false);
  });

  it('says what the system has taken for a while, and takes it again when the page is looked at and it has not come back', async () => {
    useBrowser();
    const local = await openLocal();
    const track = local.getSnapshot().microphone!;
    track.dispatchEvent(new Event('mute'));
    expect(local.getSnapshot().interrupted).toEqual(['microphone']);
    track.dispatchEvent(new Event('unmute'));
    expect(local.getSnapshot().interrupted).toEqual([]);
    track.dispatchEvent(new Event('mute'));
    document.dispatchEvent(new Event('visibilitychange'));
    await settle();
    expect(local.getSnapshot().interrupted).toEqual([]);
    expect(local.getSnapshot().microphone).not.toBe(track);
  });

  it('does not ask again and again for a microphone that the user has refused', async () => {
    useBrowser();
    const asked = vi.fn();
    failWhere('audio', 'NotAllowedError');
    const local = LocalMedia.opening(() => {
      asked();
      return openLocal(false);
    });
    await settle();
    expect(local.getSnapshot()).toMatchObject({ opening: false, microphone: null, problem: { fault: 'refused' } });
    document.dispatchEvent(new Event('visibilitychange'));
    await settle();
    expect(asked).toHaveBeenCalledTimes(1);
    useBrowser();
    await local.retryMicrophone();
    expect(local.getSnapshot()).toMatchObject({ problem: null, microphone: { kind: 'audio' } });
  });

  it('that is closed while it is still being opened gives back what it gets', async () => {
    useBrowser();
    let open = (): void => undefined;
    let opened: LocalMedia | null = null;
    const local = LocalMedia.opening(async () => {
      await new Promise<void>(resolve => (open = resolve));
      return (opened = await openLocal());
    });
    local.close();
    open();
    await settle();
    expect((opened!.getSnapshot().microphone as unknown as FakeTrack).stopped).toBe(true);
  });

  it('says that the browser has no microphone for pages where its address is secure', async () => {
    vi.stubGlobal('navigator', {});
    vi.stubGlobal('isSecureContext', true);
    await expect(openLocal()).rejects.toMatchObject({ fault: 'unsupported' });
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
